package dev.sotto.job.cli;

import dev.sotto.job.config.Faults;
import dev.sotto.job.config.ReaderOption;
import dev.sotto.job.config.TableFormat;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The options of Spark's readers: where they come from, and which of them are refused. What they hold is told to nobody. */
final class ReaderOptions {

    private static final Pattern SECRET = Pattern.compile("(?i).*(password|passwd|pwd|secret|token).*");
    private static final Pattern SECRET_IN_URL =
            Pattern.compile("(?i)jdbc:.*((password|passwd|pwd)=|//[^/@]*:[^/@]*@).*");
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

    /** Those by which one row could change how others are read are refused. */
    static void check(TableFormat format, Map<String, String> options, Faults faults) {
        new TreeMap<>(options).forEach((name, value) -> ReaderOption.fault(format, name, value)
                .ifPresent(fault -> faults.add("reader-options", fault)));
    }

    /** Those of a format; the others are refused where they are given for it. */
    static Map<String, String> fitting(TableFormat format, Map<String, String> options) {
        Map<String, String> fitting = new HashMap<>(options);
        fitting.entrySet().removeIf(option -> ReaderOption.fault(format, option.getKey(), option.getValue())
                .isPresent());
        return fitting;
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
        if (options.keySet().stream().noneMatch("url"::equalsIgnoreCase)) {
            faults.add(
                    "reader-options",
                    "url is missing, without which nobody knows the database. Give it here or in reader-options-file, such as"
                            + " url=jdbc:postgresql://host/clinic");
        }
    }
}
