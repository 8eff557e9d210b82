package dev.sotto.job.data;

import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import dev.sotto.job.config.ReaderOption;
import dev.sotto.job.config.TableFormat;
import dev.sotto.job.config.TableSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.AtomicType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DayTimeIntervalType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;
import org.apache.spark.sql.types.YearMonthIntervalType;
import org.jspecify.annotations.Nullable;

/**
 * A table of csv, tsv or json files. A record is a line, always: files are read as lines, and each line is taken apart by itself
 * ({@link LineFormat}), so that no quote, bracket or odd value of one row can reach another. Which columns there are is said by the header
 * line or declared, never found out from rows; each is a text unless declared.
 */
public final class LineTable {

    /** Bytes of the longest line that is a record; longer ones are left out without being held in memory. */
    public static final int LONGEST = 4 << 20;

    private static final ArrayType TEXTS = DataTypes.createArrayType(DataTypes.StringType);

    private final SparkSession session;
    private final TableSource source;
    private final Map<String, String> options = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final Charset encoding;

    private LineTable(SparkSession session, TableSource source) {
        this.session = session;
        this.source = source;
        options.putAll(source.format().readerDefaults());
        source.readerOptions().forEach((name, value) -> options.put(ReaderOption.canonical(name), value));
        this.encoding =
                Charset.forName(options.getOrDefault("encoding", "UTF-8").strip());
    }

    /**
     * The table, with the columns that its header or schema names; of json, those needed.
     *
     * @param needed columns that the settings name
     * @param refusesBrokenLines whether a line that is no record ends the reading, where this may be told; else it is a row of nulls
     * @throws SottoException if there is no header line, or files differ in it
     */
    static Dataset<Row> open(
            SparkSession session, TableSource source, List<StructField> needed, boolean refusesBrokenLines) {
        return new LineTable(session, source).open(needed, refusesBrokenLines);
    }

    /** What is wrong with a declared schema; empty if nothing. */
    public static Optional<String> faultOfSchema(String ddl) {
        try {
            return Arrays.stream(StructType.fromDDL(ddl).fields())
                    .filter(column -> !isRead(column.dataType(), false))
                    .findFirst()
                    .map(column ->
                            ("%s: no line is read as %s. Declare texts (STRING), numbers, BOOLEAN, DATE, TIMESTAMP or"
                                            + " BINARY, or lists, structs and maps of these by a STRING (of times within them as"
                                            + " TIMESTAMP_NTZ); or STRING, and take it apart with columns.")
                                    .formatted(column.name(), column.dataType().sql()));
        } catch (Exception noSchema) { // Spark throws ParseException, a checked exception it does not declare to Java
            return Optional.of(
                    "'%s' is no list of columns with their types (%s). Write them as in CREATE TABLE, such as"
                                    .formatted(ddl, Table.firstLine(noSchema))
                            + " \"message STRING, tags ARRAY<STRING>\".");
        }
    }

    /** Of a time of day within a JSON value Spark makes a time of today. */
    private static boolean isRead(DataType type, boolean within) {
        if (type instanceof ArrayType list) {
            return isRead(list.elementType(), true);
        } else if (type instanceof MapType map) {
            return map.keyType().equals(DataTypes.StringType) && isRead(map.valueType(), true);
        } else if (type instanceof StructType struct) {
            return Arrays.stream(struct.fields()).allMatch(field -> isRead(field.dataType(), true));
        }
        return type instanceof StringType
                || type instanceof BinaryType
                || type instanceof BooleanType
                || type instanceof NumericType
                || type instanceof DateType
                || type instanceof TimestampNTZType
                || type instanceof DayTimeIntervalType
                || type instanceof YearMonthIntervalType
                || (type instanceof TimestampType && !within);
    }

    private Dataset<Row> open(List<StructField> needed, boolean refusesBrokenLines) {
        Dataset<Row> text = text();
        String header = hasHeader() ? header(text.inputFiles()) : null;
        List<StructField> columns = source.format() == TableFormat.JSON ? declaredAnd(needed) : columns(header);
        LineFormat format = source.format() == TableFormat.JSON
                ? new JsonLine(
                        columns.stream().map(StructField::name).toList(),
                        columns.stream().map(this::isTexts).toList())
                : new CsvLine(fields(), columns.size(), header);

        StructField[] found = text.schema().fields();
        Set<String> ofFolders = new HashSet<>();
        IntStream.range(1, found.length).forEach(i -> ofFolders.add(lower(found[i].name())));
        var reading = new ReadLine(
                format,
                encoding,
                columns.size(),
                IntStream.range(1, found.length).toArray(),
                refusesBrokenLines ? source.uri() : null);
        List<StructField> raw = new ArrayList<>();
        columns.forEach(column -> raw.add(
                DataTypes.createStructField(column.name(), isTexts(column) ? TEXTS : DataTypes.StringType, true)));
        raw.addAll(Arrays.asList(found).subList(1, found.length));
        StructType schema = DataTypes.createStructType(unique(raw));
        Dataset<Row> rows = session.createDataFrame(
                LinesOfFiles.read(session, text, separator()).flatMap(reading), schema);
        List<Column> typed = new ArrayList<>();
        for (int i = 0; i < raw.size(); i++) {
            StructField column = i < columns.size() ? columns.get(i) : raw.get(i);
            if (i >= columns.size()
                    || !ofFolders.contains(lower(column.name()))) { // a folder's name goes before, as in Spark
                typed.add(typed(
                                functions.col(quoted(schema.fields()[i].name())),
                                raw.get(i).dataType(),
                                column.dataType())
                        .as(column.name()));
            }
        }
        return rows.select(typed.toArray(Column[]::new));
    }

    /** How many lines of a table are longer than any record, of which no row is made. */
    static long tooLong(SparkSession session, TableSource source) {
        var table = new LineTable(session, source);
        return LinesOfFiles.tooLong(session, table.text(), table.separator());
    }

    private byte @Nullable [] separator() {
        String separator = options.get("lineSep");
        return separator == null ? null : separator.getBytes(encoding);
    }

    /** The files, as Spark finds them: nothing is read of them by this. */
    private Dataset<Row> text() {
        return TableFiles.as("text", session, source);
    }

    private boolean hasHeader() {
        return "true".equalsIgnoreCase(options.getOrDefault("header", "false").strip());
    }

    /** Every file begins with the same line. What another file begins with is not told: it may be a row. */
    private String header(String[] files) {
        String separator = options.get("lineSep");
        var spark = JavaSparkContext.fromSparkContext(session.sparkContext());
        try {
            String header = null;
            for (int i = 0; i < files.length && header == null; i++) {
                header = FirstLine.of(files[i], encoding, separator, spark.hadoopConfiguration());
            }
            if (header == null) {
                throw refused(
                        "it has no header line. Give the reader option header=false and the columns' names with schema,"
                                + " or check the address");
            }
            if (files.length > 1 && !FirstLine.isOfAll(header, files, encoding, separator, spark)) {
                throw refused(
                        "its files begin with different lines, so that a value would be taken for that of another column. Give"
                                + " all of them the same header line; or none, with the reader option header=false and the"
                                + " columns' names with schema");
            }
            return header;
        } catch (IOException cannotRead) {
            throw new UncheckedIOException(cannotRead);
        }
    }

    private SottoException refused(String why) {
        return new SottoException(
                ExitCode.DATA,
                "The table " + source.uri() + " cannot be read as "
                        + lower(source.format().name()) + ": " + why + ". No row was read and nothing was charged.");
    }

    /** Those of the header line, each a text unless declared; without one those that are declared. */
    private List<StructField> columns(@Nullable String header) {
        List<StructField> declared = declared();
        if (header == null) {
            if (declared.isEmpty()) {
                throw refused(
                        "without a header line nothing says the columns' names. Declare them with schema, such as schema:"
                                + " \"message STRING, label STRING\"");
            }
            return declared;
        }
        List<String> names = names(header);
        for (StructField column : declared) {
            if (names.stream().noneMatch(column.name()::equalsIgnoreCase)) {
                throw refused("schema declares a column " + column.name() + ", and the header line names ["
                        + String.join(", ", names) + "]");
            }
        }
        return names.stream()
                .map(name -> declared.stream()
                        .filter(column -> column.name().equalsIgnoreCase(name))
                        .findFirst()
                        .orElse(text(name)))
                .toList();
    }

    /** As Spark names them: a column without a name, or with that of another, by its place. */
    private List<String> names(String header) {
        List<@Nullable String> fields = fields().of(header, Integer.MAX_VALUE);
        if (fields == null) {
            throw refused("a quote in its header line is not closed. The columns' names stand on one line");
        }
        List<String> names = new ArrayList<>();
        for (int i = 0; i < fields.size(); i++) {
            String name = fields.get(i);
            long times = fields.stream()
                    .filter(other -> name != null && name.equalsIgnoreCase(other))
                    .count();
            names.add(name == null || name.isEmpty() ? "_c" + i : times > 1 ? name + i : name);
        }
        return names;
    }

    /** Those of schema, then those that the settings name beside them. */
    private List<StructField> declaredAnd(List<StructField> needed) {
        Map<String, StructField> columns = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        List<StructField> ordered = new ArrayList<>();
        Stream.concat(declared().stream(), needed.stream()).forEach(column -> {
            if (columns.putIfAbsent(column.name(), column) == null) {
                ordered.add(column);
            }
        });
        return ordered;
    }

    private List<StructField> declared() {
        return source.schema() == null
                ? List.of()
                : List.of(StructType.fromDDL(source.schema()).fields());
    }

    private SeparatedFields fields() {
        return new SeparatedFields(
                letter("sep"), letter("quote"), letter("escape"), options.getOrDefault("nullValue", ""));
    }

    private char letter(String option) {
        String value = Objects.requireNonNull(options.get(option));
        return value.isEmpty() ? SeparatedFields.NONE : value.equals(ReaderOption.TAB) ? '\t' : value.charAt(0);
    }

    static StructField text(String name) {
        return DataTypes.createStructField(name, DataTypes.StringType, true);
    }

    static StructField texts(String name) {
        return DataTypes.createStructField(name, TEXTS, true);
    }

    /** Whether a line has a list of texts for a column; of separated fields each is one text. */
    private boolean isTexts(StructField column) {
        return source.format() == TableFormat.JSON
                && column.dataType() instanceof ArrayType list
                && list.elementType() instanceof AtomicType;
    }

    /** What does not fit its declared type is null, in its own row. */
    private static Column typed(Column raw, DataType written, DataType type) {
        if (written instanceof ArrayType && type instanceof ArrayType list) {
            return functions.transform(raw, entry -> value(entry, list.elementType()));
        }
        return type instanceof AtomicType
                ? value(raw, type)
                : functions.from_json(functions.when(functions.length(raw).leq(ShortValues.CHARACTERS), raw), type);
    }

    private static Column value(Column text, DataType type) {
        if (type instanceof StringType || type instanceof BinaryType) {
            return text.cast(type);
        }
        Column few = ShortValues.number(text);
        if (type instanceof DayTimeIntervalType || type instanceof YearMonthIntervalType) {
            return few.try_cast(type); // a plain cast throws at what is none
        }
        return (type instanceof TimestampType ? ShortValues.withDate(few) : few).cast(type);
    }

    /** Names that no two columns share, in the same places. */
    private static List<StructField> unique(List<StructField> columns) {
        return IntStream.range(0, columns.size())
                .mapToObj(
                        i -> DataTypes.createStructField("_" + i, columns.get(i).dataType(), true))
                .toList();
    }

    private static String quoted(String name) {
        return "`" + name + "`";
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
