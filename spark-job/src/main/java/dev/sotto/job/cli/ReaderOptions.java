package dev.sotto.job.cli;

import dev.sotto.job.config.Faults;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The options of Spark's readers: where they come from, and which of them are refused. What they hold is told to nobody. */
final class ReaderOptions {

    private static final Pattern SECRET = Pattern.compile("(?i).*(password|passwd|pwd|secret|token).*");
    private static final Pattern SECRET_IN_URL =
            Pattern.compile("(?i)jdbc:.*((password|passwd|pwd)=|//[^/@]*:[^/@]*@).*");
    private static final List<String> QUERIES = List.of("dbtable", "query", "prepareQuery");
    private static final String PART = "([\\p{L}_][\\p{L}\\p{N}_$#]*|\"[^\"]+\"|`[^`]+`|\\[[^\\]]+])";
    private static final Pattern TABLE = Pattern.compile(PART + "(\\." + PART + "){0,3}");

    private ReaderOptions() {}

    /** Those that were typed and those of the file; of a name in both the typed one. */
    static Map<String, String> of(@Nullable Map<String, String> typed, @Nullable Path file, Faults faults) {
        Map<String, String> options = new HashMap<>();
        if (file != null) {
            options.putAll(read(file, faults));
        }
        if (typed != null) {
            checkNoSecrets(typed, faults);
            options.putAll(typed);
        }
        checkNoInference(options, faults);
        return options;
    }

    private static Map<String, String> read(Path file, Faults faults) {
        var properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException unreadable) {
            faults.add(
                    "reader-options-file",
                    "%s cannot be read (%s), and the table cannot without it. Give a text file of lines name=value on the machine of"
                                    .formatted(file, unreadable.getClass().getSimpleName())
                            + " the driver.");
        }
        Map<String, String> options = new HashMap<>();
        properties.stringPropertyNames().forEach(name -> options.put(name, properties.getProperty(name)));
        return options;
    }

    private static void checkNoSecrets(Map<String, String> typed, Faults faults) {
        typed.forEach((name, value) -> {
            if (SECRET.matcher(name).matches() || SECRET_IN_URL.matcher(value).matches()) {
                faults.add(
                        "reader-options",
                        "%s holds a password, which everybody on the machine can see on a command line and in a run file. Put it into"
                                        .formatted(name)
                                + " a file that the job's user alone can read, and name that with reader-options-file.");
            }
        });
    }

    /** Reader options by which one row could change how the others are read. */
    private static void checkNoInference(Map<String, String> options, Faults faults) {
        options.forEach((name, value) -> {
            boolean infers = name.equalsIgnoreCase("inferSchema") && value.equalsIgnoreCase("true");
            boolean mixes = name.equalsIgnoreCase("primitivesAsString") && value.equalsIgnoreCase("false");
            if (infers || mixes) {
                faults.add(
                        "reader-options",
                        "%s lets Spark choose a column's type by looking at all rows, so that one row could change how the"
                                        .formatted(name)
                                + " others are read, which the guarantee does not cover. Leave it out: values are then"
                                + " texts, which conditions and labels compare as they are written.");
            }
        });
    }

    /** A query can join, count and sample where Spark does not see it: only a table is read from a database, by its name. */
    static void checkJdbc(String option, String table, Map<String, String> options, Faults faults) {
        if (!TABLE.matcher(table).matches()) {
            faults.add(
                    option,
                    "'%s' is not the name of a database's table. A query could let one person's row change what others contribute,"
                                    .formatted(table)
                            + " unseen, which the guarantee does not cover. Name a table, such as clinic.messages, and choose rows"
                            + " with where.");
        }
        options.keySet().stream()
                .filter(name -> QUERIES.stream().anyMatch(name::equalsIgnoreCase))
                .forEach(name -> faults.add(
                        "reader-options",
                        "%s puts a query in the table's place, in which one person's row could change what others contribute. Leave it"
                                        .formatted(name)
                                + " out; the table is what table names."));
        if (options.keySet().stream().noneMatch("url"::equalsIgnoreCase)) {
            faults.add(
                    "reader-options",
                    "url is missing, without which nobody knows the database. Give it here or in reader-options-file, such as"
                            + " url=jdbc:postgresql://host/clinic");
        }
    }
}
