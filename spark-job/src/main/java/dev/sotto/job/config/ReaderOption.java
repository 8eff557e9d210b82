package dev.sotto.job.config;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An option that a private table may be read with: one by which no row can change how another row is read, nor end the run. What is
 * not listed here is refused, whatever Spark or a driver may know of it.
 *
 * @param name as Spark spells it; small and capital letters are one
 * @param allows which of its values are let through
 * @param values the same in words; empty if any
 * @param reason why every row is still read by itself
 */
public record ReaderOption(String name, Predicate<String> allows, String values, String reason) {

    /** A tab, as one types it. */
    public static final String TAB = "\\t";

    private static final List<String> WITH_THE_LINE_ENDS_OF_ASCII = List.of(
            "UTF-8",
            "US-ASCII",
            "ISO-8859-1",
            "ISO-8859-2",
            "ISO-8859-15",
            "windows-1250",
            "windows-1251",
            "windows-1252",
            "windows-1254",
            "KOI8-R",
            "GBK",
            "GB18030",
            "Shift_JIS",
            "EUC-JP",
            "EUC-KR",
            "Big5");

    private static final List<ReaderOption> OF_FILES = List.of(
            any("pathGlobFilter", "chooses files by their names, as the table's address does"),
            oneOf("recursiveFileLookup", "chooses files by where they lie", "true", "false"),
            any("basePath", "says which folders' names are columns"));

    private static final List<ReaderOption> OF_LINES = List.of(
            oneOf("mode", "a row that does not fit is null, and no other is", "PERMISSIVE"),
            oneOf("multiLine", "a record is a line", "false"),
            new ReaderOption(
                    "lineSep",
                    sep -> !sep.isEmpty(),
                    "not empty",
                    "a record ends where it stands, whatever is around it"),
            new ReaderOption(
                    "encoding",
                    ReaderOption::endsLinesAsAsciiDoes,
                    String.join(", ", WITH_THE_LINE_ENDS_OF_ASCII),
                    "turns each line's bytes into letters by themselves"));

    private static final List<ReaderOption> OF_SEPARATED_FIELDS = List.of(
            oneOf("header", "the header line is public, as the schema is", "true", "false"),
            new ReaderOption("sep", ReaderOption::isOneLetter, "one letter", "cuts each line by itself"),
            new ReaderOption(
                    "quote",
                    quote -> quote.isEmpty() || isOneLetter(quote),
                    "one letter or none",
                    "ends with its line"),
            new ReaderOption(
                    "escape", ReaderOption::isOneLetter, "one letter", "is looked for within a quoted field alone"),
            any("nullValue", "is compared with each field by itself"));

    private static final ReaderOption MERGE_SCHEMA =
            oneOf("mergeSchema", "the schema is what files declare, not what rows hold", "true", "false");
    private static final ReaderOption DATES =
            oneOf("datetimeRebaseMode", "computes each date from itself", "CORRECTED", "LEGACY");
    private static final List<ReaderOption> OF_PARQUET = List.of(
            MERGE_SCHEMA, DATES, oneOf("int96RebaseMode", "computes each time from itself", "CORRECTED", "LEGACY"));

    private static final List<ReaderOption> OF_DATABASES = List.of(
            any("url", "says which database"),
            any("driver", "says which driver"),
            any("user", "says who asks"),
            any("password", "says who asks"),
            any("fetchsize", "how many rows come at once; none of them differs by it"),
            any("queryTimeout", "how long a query may take as a whole"),
            any("partitionColumn", "with the next three: ranges that are given, in one of which each row is"),
            any("lowerBound", "as partitionColumn"),
            any("upperBound", "as partitionColumn"),
            any("numPartitions", "as partitionColumn"),
            oneOf(
                    "pushDownPredicate",
                    "conditions are Spark's, not the database's, whose query ends at a row that it cannot compute",
                    "false"),
            any("keytab", "says who asks"),
            any("principal", "says who asks"),
            any("refreshKrb5Config", "says who asks"),
            any("connectionProvider", "says who asks"),
            any("sslmode", "how the connection is secured"),
            any("sslrootcert", "how the connection is secured"),
            any("sslcert", "how the connection is secured"),
            any("sslkey", "how the connection is secured"),
            any("sslpassword", "how the connection is secured"));

    private static final List<ReaderOption> OF_CATALOGS = Stream.of(
                    "versionAsOf", "timestampAsOf", "snapshot-id", "as-of-timestamp", "branch", "tag")
            .map(name -> any(name, "names a state of the table"))
            .toList();

    /** Options that many know by other names. */
    private static final Map<String, String> OTHER_NAMES = Map.of("delimiter", "sep", "charset", "encoding");

    /** What to do instead. */
    private static final Map<String, String> INSTEAD = Map.of(
            "inferschema",
                    "Values are texts, which conditions and labels compare as they are written; schema declares types",
            "multiline",
                    "If quoted texts hold line breaks, or an object takes several lines, make a Parquet table of it once with sotto"
                            + " convert",
            "mode", "A row that does not fit is read as null",
            "query", "The table is what table names",
            "dbtable", "The table is what table names",
            "preparequery", "The table is what table names",
            "customschema", "Make columns of other types with columns",
            "modifiedafter", "Choose files by their names, or rows with where",
            "modifiedbefore", "Choose files by their names, or rows with where");

    /** What is wrong with an option of a table's reader; empty if nothing. Its value is not told, which may be a secret. */
    public static Optional<String> fault(TableFormat format, String name, String value) {
        List<ReaderOption> taken = of(format);
        Optional<ReaderOption> known = taken.stream()
                .filter(option -> option.name.equalsIgnoreCase(canonical(name)))
                .findFirst();
        if (known.isPresent() && known.get().allows.test(value)) {
            return Optional.empty();
        }
        String advice = INSTEAD.get(name.toLowerCase(Locale.ROOT));
        String formatName = format.name().toLowerCase(Locale.ROOT);
        return Optional.of((known.isPresent()
                        ? "%s takes only %s.".formatted(name, known.get().values)
                        : "%s is not among the options that %s is read with.".formatted(name, formatName))
                + " A private table is read row by row: by any other option one row might change how others are read, or"
                + " end the run, which the guarantee does not cover. "
                + (advice == null ? "Leave it out" : advice) + ". " + formatName + " takes "
                + taken.stream()
                        .map(option -> option.values.isEmpty() ? option.name : option.name + " (" + option.values + ")")
                        .collect(Collectors.joining(", "))
                + ".");
    }

    /** Whether one chooses files, whatever their format. */
    public static boolean choosesFiles(String name) {
        return OF_FILES.stream().anyMatch(option -> option.name.equalsIgnoreCase(name));
    }

    /** The one name of an option that has two. */
    public static String canonical(String name) {
        return OTHER_NAMES.getOrDefault(name.toLowerCase(Locale.ROOT), name);
    }

    /** Those that tables of a format may be read with. */
    public static List<ReaderOption> of(TableFormat format) {
        return switch (format) {
            case PARQUET -> join(Stream.of(OF_FILES, OF_PARQUET));
            case ORC -> join(Stream.of(OF_FILES, List.of(MERGE_SCHEMA)));
            case AVRO -> join(Stream.of(OF_FILES, List.of(DATES)));
            case CSV, TSV -> join(Stream.of(OF_FILES, OF_LINES, OF_SEPARATED_FIELDS));
            case JSON ->
                join(Stream.of(
                        OF_FILES,
                        OF_LINES,
                        List.of(oneOf("primitivesAsString", "the type of a value is declared", "true"))));
            case BINARYFILE -> OF_FILES;
            case CATALOG -> OF_CATALOGS;
            case JDBC -> OF_DATABASES;
        };
    }

    private static List<ReaderOption> join(Stream<List<ReaderOption>> lists) {
        return lists.flatMap(List::stream).toList();
    }

    private static ReaderOption any(String name, String reason) {
        return new ReaderOption(name, value -> true, "", reason);
    }

    private static ReaderOption oneOf(String name, String reason, String... values) {
        return new ReaderOption(
                name,
                value -> Stream.of(values).anyMatch(value.strip()::equalsIgnoreCase),
                String.join(" or ", values),
                reason);
    }

    private static boolean isOneLetter(String value) {
        return value.equals(TAB)
                || (value.length() == 1 && !value.isBlank())
                || value.equals(" ")
                || value.equals("\t");
    }

    private static boolean endsLinesAsAsciiDoes(String encoding) {
        return WITH_THE_LINE_ENDS_OF_ASCII.stream().anyMatch(encoding.strip()::equalsIgnoreCase);
    }
}
