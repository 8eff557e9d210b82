package dev.sotto.job.data;

import dev.sotto.core.batch.ImageEncoder;
import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import dev.sotto.job.config.DataSettings;
import dev.sotto.job.config.Faults;
import dev.sotto.job.config.HandedOver;
import dev.sotto.job.config.Input;
import dev.sotto.job.config.PrivacyUnit;
import dev.sotto.job.config.TableFormat;
import dev.sotto.job.config.TableSource;
import dev.sotto.job.config.Texts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * A table as the job reads it: the columns it needs and no others, under names of its own. Everything that can be known from the
 * schema is checked here, before a row is read.
 */
public final class Table {

    static final String TEXT = "text";
    static final String PAIR = "pair";
    static final String IMAGE = "image";
    private static final String BYTES = "bytes";
    static final String LABEL = "label";
    static final String UNIT = "unit";
    /** The columns that a prediction is handed on with, as they are. */
    public static final String KEPT = "kept";

    private static final String LABEL_OPTION = "label-column";

    private Table() {}

    /** The private table. */
    public static Dataset<Row> open(SparkSession spark, DataSettings data) {
        Dataset<Row> opened = opened(spark, data);
        return data.input() instanceof Input.Words words ? Limits.words(opened, words.maxLength()) : opened;
    }

    private static Dataset<Row> opened(SparkSession spark, DataSettings data) {
        if (data.table() instanceof TableSource source) {
            return open(spark, source, data, data.unit(), false);
        }
        Faults faults = new Faults();
        HandedOver given = (HandedOver) data.table();
        Repeatable.fault(plan(given.rows()))
                .ifPresent(found -> faults.add(
                        "dataset",
                        ("it has %s, so that its rows could be others when a lost partition is computed again, and one person"
                                        + " be counted twice. Write the rows to a table and read that, or take what"
                                        + " dataset.checkpoint() gives.")
                                .formatted(found)));
        return select(given.rows(), given.name(), (table, more) -> columns(table, data, data.unit(), more), faults);
    }

    /** The query as Spark understood it. */
    static LogicalPlan plan(Dataset<Row> rows) {
        return ((org.apache.spark.sql.classic.Dataset<Row>) rows)
                .queryExecution()
                .analyzed();
    }

    /** The public table: the same columns, each row for itself. */
    public static Dataset<Row> openPublic(SparkSession spark, DataSettings data, TableSource table) {
        boolean publicAsAWhole = table.equals(data.table()); // so that a line of it that is broken may be told of
        return open(spark, table, data, new PrivacyUnit.Row(), publicAsAWhole);
    }

    /**
     * The columns that a table has, by the schema that its files carry.
     *
     * @param source of a format that keeps its schema apart from its rows
     */
    public static List<String> columns(SparkSession spark, TableSource source) {
        return List.of(load(ReadingSession.of(spark), source, List.of(), leftOut -> {}, false)
                .columns());
    }

    /**
     * A table to be answered for: {@link #KEPT}, a struct of columns that are handed on, and the input's.
     *
     * @param keep names of the columns that are handed on; null for all but those of bytes
     * @param leftOut is told of each column that cannot be read and so is not handed on, in a sentence
     */
    public static Dataset<Row> openToPredict(
            SparkSession spark,
            TableSource source,
            Input input,
            @Nullable List<String> keep,
            Consumer<String> leftOut) {
        TableSource described = source.format() == TableFormat.JSON && source.schema() == null && keep == null
                ? source.withSchema(inferred(spark, source))
                : source;
        List<StructField> needed = new ArrayList<>(fields(input));
        if (keep != null) {
            keep.forEach(name -> needed.add(LineTable.text(name)));
        }
        Consumer<String> told = keep == null ? leftOut : notAskedFor -> {};
        return open(spark, described, needed, told, null, true, (table, faults) -> {
            List<String> names = keep != null ? keep : textual(table);
            List<Column> kept = names.stream()
                    .map(name -> column(table, "keep", name, faults))
                    .toList();
            List<Column> columns = inputs(table, input, faults);
            columns.add(0, functions.struct(kept.toArray(Column[]::new)).as(KEPT));
            return columns;
        });
    }

    /**
     * The columns of JSON objects that nobody declared, by looking at all rows: for predictions alone, which are as private as the rows.
     */
    private static String inferred(SparkSession spark, TableSource source) {
        return reading(source, () -> ReadingSession.of(spark)
                .read()
                .options(source.readerOptions())
                .option("primitivesAsString", true)
                .json(source.uri())
                .schema()
                .toDDL());
    }

    /** Rows that a program hands over, to be answered for: {@link #KEPT}, a struct of all their columns, and the input's. */
    public static Dataset<Row> toPredict(HandedOver given, Input input) {
        return select(
                given.rows(),
                given.name(),
                (table, faults) -> {
                    List<Column> columns = inputs(table, input, faults);
                    columns.add(0, functions.struct(functions.col("*")).as(KEPT));
                    return columns;
                },
                new Faults());
    }

    private static List<String> textual(Dataset<Row> table) {
        return Arrays.stream(table.schema().fields())
                .filter(field -> !field.dataType().equals(DataTypes.BinaryType) && !isImage(field.dataType()))
                .map(StructField::name)
                .toList();
    }

    private static Dataset<Row> open(
            SparkSession spark, TableSource source, DataSettings data, PrivacyUnit unit, boolean refusesBrokenLines) {
        List<StructField> needed = new ArrayList<>(fields(data.input()));
        String label = data.target().column();
        needed.add(isList(data.target()) ? LineTable.texts(label) : LineTable.text(label));
        String unitColumn = data.unit() instanceof PrivacyUnit.Column column ? column.name() : null;
        if (unitColumn != null) {
            needed.add(LineTable.text(unitColumn));
        }
        return open(
                spark,
                source,
                needed,
                notAskedFor -> {},
                unitColumn,
                refusesBrokenLines,
                (table, faults) -> columns(table, data, unit, faults));
    }

    private static Dataset<Row> open(
            SparkSession spark,
            TableSource source,
            List<StructField> needed,
            Consumer<String> leftOut,
            @Nullable String unitColumn,
            boolean refusesBrokenLines,
            BiFunction<Dataset<Row>, Faults, List<Column>> wanted) {
        Faults faults = new Faults();
        Dataset<Row> loaded = load(
                ReadingSession.of(spark),
                source,
                RowExpressions.withTheirColumns(source, needed),
                leftOut,
                refusesBrokenLines);
        Dataset<Row> table = RowExpressions.apply(loaded, source, unitColumn, faults);
        return select(table, source.uri(), wanted, faults);
    }

    /** What the input is read from, where a format does not say what its columns are. */
    private static List<StructField> fields(Input input) {
        if (input instanceof Input.Text text) {
            return text.pairColumn() == null
                    ? List.of(LineTable.text(text.column()))
                    : List.of(LineTable.text(text.column()), LineTable.text(text.pairColumn()));
        }
        return List.of(
                input instanceof Input.Words words
                        ? LineTable.texts(words.column())
                        : LineTable.text(((Input.Image) input).column()));
    }

    private static boolean isList(DataSettings.Target target) {
        return target instanceof DataSettings.Target.LabelSet || target instanceof DataSettings.Target.WordClasses;
    }

    private static Dataset<Row> select(
            Dataset<Row> table, String name, BiFunction<Dataset<Row>, Faults, List<Column>> wanted, Faults faults) {
        if (faults.isEmpty()) {
            List<Column> columns = wanted.apply(table, faults);
            if (faults.isEmpty()) {
                return table.select(columns.toArray(Column[]::new));
            }
        }
        throw new SottoException(
                ExitCode.DATA,
                "The table %s does not fit the settings; no row was read and nothing was charged.%n%s"
                        .formatted(
                                name,
                                faults.list().stream()
                                        .map(fault -> "  - " + fault)
                                        .collect(Collectors.joining(System.lineSeparator()))));
    }

    private static List<Column> columns(Dataset<Row> table, DataSettings data, PrivacyUnit unit, Faults faults) {
        List<Column> columns = inputs(table, data.input(), faults);
        columns.add(label(table, data.input(), data.target(), faults).as(LABEL));
        if (unit instanceof PrivacyUnit.Column column) {
            columns.add(Limits.unit(string(table, "privacy-unit-column", column.name(), faults))
                    .as(UNIT));
        }
        return columns;
    }

    private static Column label(Dataset<Row> table, Input input, DataSettings.Target target, Faults faults) {
        String name = target.column();
        if (isList(target)) {
            Column labels = column(table, LABEL_OPTION, name, faults);
            if (!faults.has(LABEL_OPTION)) {
                if (table.schema().apply(name).dataType() instanceof ArrayType list
                        && !(list.elementType() instanceof ArrayType)) {
                    labels = labels.cast(DataTypes.createArrayType(DataTypes.StringType));
                    requireLabels(name, list, list.elementType(), target, faults);
                } else {
                    strings(table, LABEL_OPTION, name, faults); // which tells what is wrong
                }
            }
            return target instanceof DataSettings.Target.LabelSet set ? Limits.labelSet(labels, set) : labels;
        }
        Column label = string(table, LABEL_OPTION, name, faults);
        if (!faults.has(LABEL_OPTION)) {
            DataType type = table.schema().apply(name).dataType();
            requireLabels(name, type, type, target, faults);
        }
        return target instanceof DataSettings.Target.Completion && input instanceof Input.Text text
                ? Limits.text(label, text.maxLength())
                : Limits.label(label, target);
    }

    private static void requireLabels(
            String column, DataType whole, DataType type, DataSettings.Target target, Faults faults) {
        LabelTypes.fault(column, whole, type, target).ifPresent(fault -> faults.add(LABEL_OPTION, fault));
    }

    private static List<Column> inputs(Dataset<Row> table, Input input, Faults faults) {
        List<Column> columns = new ArrayList<>();
        if (input instanceof Input.Text text) {
            columns.add(Limits.text(string(table, "text-column", text.column(), faults), text.maxLength())
                    .as(TEXT));
            if (text.pairColumn() != null) {
                columns.add(Limits.text(string(table, "pair-column", text.pairColumn(), faults), text.maxLength())
                        .as(PAIR));
            }
        } else if (input instanceof Input.Words words) {
            columns.add(strings(table, "text-column", words.column(), faults).as(TEXT));
        } else if (input instanceof Input.Image image) {
            columns.add(image(table, image.column(), faults));
        }
        return columns;
    }

    private static Dataset<Row> load(
            SparkSession session,
            TableSource source,
            List<StructField> needed,
            Consumer<String> leftOut,
            boolean refusesBrokenLines) {
        return reading(source, () -> {
            DataFrameReader reader =
                    session.read().options(source.format().readerDefaults()).options(source.readerOptions());
            return switch (source.format()) {
                case CATALOG -> reader.table(source.uri());
                case JDBC -> JdbcTable.open(session, source);
                case CSV, TSV, JSON -> LineTable.open(session, source, needed, refusesBrokenLines);
                case BINARYFILE ->
                    reader.format(source.format().sparkReader())
                            .load(source.uri())
                            .where(functions
                                    .col("length")
                                    .leq(ImageEncoder.MAX_FILE_BYTES)); // Spark then does not read larger ones
                case PARQUET -> ParquetTable.open(session, source, needed, leftOut);
                case ORC, AVRO -> reader.format(source.format().sparkReader()).load(source.uri());
            };
        });
    }

    private static <T> T reading(TableSource source, Supplier<T> read) {
        try {
            return read.get();
        } catch (SottoException told) {
            throw told;
        } catch (
                Exception
                        cannotRead) { // Spark throws AnalysisException, a checked exception it does not declare to Java
            throw new SottoException(
                    ExitCode.DATA,
                    String.format(
                            "Table %s cannot be read as %s: %s. Nothing was read or charged. %s.",
                            source.uri(),
                            source.format().name().toLowerCase(Locale.ROOT),
                            firstLine(cannotRead),
                            source.format().advice()),
                    cannotRead);
        }
    }

    /** Whether the image column holds the names of files, whose bytes are still to be read. */
    static boolean namesFiles(Dataset<Row> opened) {
        return Arrays.asList(opened.columns()).contains(IMAGE)
                && opened.schema().apply(IMAGE).dataType().equals(DataTypes.StringType);
    }

    private static Column string(Dataset<Row> table, String option, String name, Faults faults) {
        return column(table, option, name, faults).cast(DataTypes.StringType);
    }

    private static Column strings(Dataset<Row> table, String option, String name, Faults faults) {
        Column column = column(table, option, name, faults);
        if (faults.has(option)) {
            return column;
        }
        DataType type = table.schema().apply(name).dataType();
        if (!(type instanceof ArrayType list) || !list.elementType().equals(DataTypes.StringType)) {
            faults.add(
                    option,
                    "column %s is of type %s, where a list of texts (array<string>) is needed. Name another, or make it with columns,"
                                    .formatted(name, type.simpleString())
                            + " such as "
                            + (type instanceof ArrayType
                                    ? "texts=cast(%s as array<string>).".formatted(name)
                                    : "words=split(sentence, ' ')."));
        }
        return column;
    }

    private static Column image(Dataset<Row> table, String name, Faults faults) {
        Column column = column(table, "image-column", name, faults);
        boolean named = false;
        if (!faults.has("image-column")) {
            DataType type = table.schema().apply(name).dataType();
            if (isImage(type)) {
                return Limits.image(column.getField(BYTES), false).as(IMAGE);
            }
            named = type.equals(DataTypes.StringType);
            if (!type.equals(DataTypes.BinaryType) && !named) {
                faults.add(
                        "image-column",
                        "column %s is of type %s, where PNG or JPEG bytes (type binary) or the paths of such files (type"
                                        .formatted(name, type.simpleString())
                                + " string) are needed. Name another; or read a folder of images with format:"
                                + " binaryfile, whose bytes are in the column content.");
            }
        }
        return Limits.image(column, named).as(IMAGE);
    }

    /** An Image column of Python's datasets: the file's bytes and its name. */
    private static boolean isImage(DataType type) {
        return type instanceof StructType struct
                && Arrays.stream(struct.fields())
                        .anyMatch(field ->
                                field.name().equals(BYTES) && field.dataType().equals(DataTypes.BinaryType));
    }

    private static Column column(Dataset<Row> table, String option, String name, Faults faults) {
        List<String> columns = Arrays.asList(table.columns());
        if (!columns.contains(name)) {
            faults.add(
                    option,
                    "column %s is not in the table, which has [%s].%s"
                            .formatted(
                                    name,
                                    String.join(", ", columns),
                                    Texts.nearest(name, columns)
                                            .map(near -> " Did you mean " + near + "?")
                                            .orElse(" Name one of these, or make it with columns.")));
        }
        return functions.col(quoted(name));
    }

    /** A column's name, as Spark SQL reads it whatever letters it has. */
    static String quoted(String name) {
        return "`" + name.replace("`", "``") + "`";
    }

    /** Spark's messages about a schema or a path hold no rows; what follows the first line is a plan. Of others the root tells. */
    static String firstLine(Exception exception) {
        if (exception instanceof AnalysisException analysis) {
            return analysis.getSimpleMessage()
                    .lines()
                    .findFirst()
                    .orElse(exception.getClass().getSimpleName())
                    .replaceAll("\\.\\s*$", "");
        }
        Throwable root = exception;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return Texts.why(root);
    }
}
