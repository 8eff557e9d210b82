package dev.sotto.job.cli;

import dev.sotto.job.config.AnswerSettings;
import dev.sotto.job.config.AnswerSettings.NamedDelta;
import dev.sotto.job.config.Faults;
import dev.sotto.job.config.Input;
import dev.sotto.job.config.TableFormat;
import dev.sotto.job.config.TableSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say which rows are answered for, and by which models. */
final class AnswerOptions {
    private static final Pattern NAMED = Pattern.compile("([A-Za-z0-9][A-Za-z0-9_-]*)=(.+)");

    @Option(
            names = "--table",
            paramLabel = "<uri>",
            description = "The table: file, folder or glob; hdfs://, s3a://, file:// or a plain path. Required.")
    @Nullable
    String table;

    @Option(
            names = "--format",
            paramLabel = "<format>",
            description =
                    "parquet, orc, csv, tsv, json, avro, binaryfile, catalog or jdbc, as of sotto train. Default: what the suffix"
                            + " tells.")
    @Nullable
    TableFormat format;

    @Option(
            names = "--reader-options",
            paramLabel = "<name=value>",
            description = "An option of the reader of that format, such as sep=; may be repeated; as of sotto train.")
    @Nullable
    Map<String, String> readerOptions;

    @Option(
            names = "--schema",
            paramLabel = "<ddl>",
            description =
                    "Of csv, tsv and json: types of columns, such as \"year INT, tags ARRAY<STRING>\"; as of sotto train.")
    @Nullable
    String schema;

    @Option(
            names = "--reader-options-file",
            paramLabel = "<file>",
            description = "A file with such options, name=value a line: url, user and password of a database.")
    @Nullable
    Path readerOptionsFile;

    @Option(
            names = "--columns",
            paramLabel = "<name=sql>",
            description = "A further column, made of the row's own by a Spark SQL expression; may be repeated.")
    @Nullable
    Map<String, String> columns;

    @Option(
            names = "--where",
            paramLabel = "<sql>",
            description = "Only the rows for which this Spark SQL condition holds. It looks at one row alone.")
    @Nullable
    String where;

    @Option(
            names = "--text-column",
            paramLabel = "<column>",
            description = "The text to read. Either this or --image-column is required.")
    @Nullable
    String textColumn;

    @Option(
            names = "--pair-column",
            paramLabel = "<column>",
            description = "The second text of each row, for models of pairs.")
    @Nullable
    String pairColumn;

    @Option(
            names = "--image-column",
            paramLabel = "<column>",
            description =
                    "The image to read: PNG or JPEG bytes, a struct with such bytes (as of datasets), or the path of such a file.")
    @Nullable
    String imageColumn;

    @Option(
            names = "--max-length",
            paramLabel = "<tokens>",
            description = "Tokens kept of a text, >= 3: as in training, which has the same default. Default: 128.")
    @Nullable
    Integer maxLength;

    @Option(
            names = "--image-size",
            paramLabel = "<pixels>",
            description = "Side of the image the model sees, as in training. Default: what the model's settings say.")
    @Nullable
    Integer imageSize;

    @Option(
            names = "--model",
            paramLabel = "<uri>",
            description = {
                "A trained model's folder, whose labels are those of its id2label; or with --delta the seed that the deltas"
                        + " were trained on. Required."
            })
    @Nullable
    String model;

    @Option(
            names = "--delta",
            paramLabel = "<name=uri>",
            description = {
                "A delta.safetensors that sotto train wrote, or the folder it is in, with a name of your choice (letters,"
                        + " digits, - and _). It says itself which task, labels and parameters it is for. May be repeated: all"
                        + " answer in one pass over the table."
            })
    List<String> deltas = List.of();

    @Option(
            names = "--partitions",
            paramLabel = "<count>",
            description = {
                "Cuts the rows into so many partitions, >= 1, which are computed side by side; without it they stay as Spark"
                        + " reads them, which is a single one for a CSV file. Speed only."
            })
    @Nullable
    Integer partitions;

    @Mixin
    ComputeOptions compute = new ComputeOptions();

    /** The settings that these options make; null if a fault stands in the way. */
    @Nullable
    AnswerSettings settings(Faults faults) {
        faults.required("table", table, "Give the table to read, such as --table hdfs:///clinic/new.parquet");
        String folder = faults.required("model", model, "Give the folder of the model, such as --model runs/7/model");
        faults.atLeastOne("partitions", partitions, "A table has at least one partition.");
        TableSource source = source().table(faults);
        Input input = input().input(faults);
        List<NamedDelta> named = named(faults);
        var limits = compute.settings(faults);
        return source == null || input == null || folder == null || !faults.isEmpty()
                ? null
                : new AnswerSettings(source, input, folder, named, partitions, limits);
    }

    private TableOptions source() {
        TableOptions source = new TableOptions();
        source.table = table;
        source.format = format;
        source.readerOptions = readerOptions;
        source.readerOptionsFile = readerOptionsFile;
        source.schema = schema;
        source.columns = columns;
        source.where = where;
        return source;
    }

    private DataOptions input() {
        DataOptions input = new DataOptions();
        input.textColumn = textColumn;
        input.pairColumn = pairColumn;
        input.imageColumn = imageColumn;
        input.maxLength = maxLength;
        input.imageSize = imageSize;
        return input;
    }

    private List<NamedDelta> named(Faults faults) {
        List<NamedDelta> named = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (String given : deltas) {
            Matcher matcher = NAMED.matcher(given);
            if (!matcher.matches()) {
                faults.add(
                        "delta",
                        "'%s' is not NAME=URI. Name it with letters, digits, - and _, such as week7=runs/7/delta."
                                .formatted(given));
            } else if (!names.add(matcher.group(1))) {
                faults.add(
                        "delta",
                        "the name %s is given twice, and columns bear it. Give another.".formatted(matcher.group(1)));
            } else {
                named.add(new NamedDelta(matcher.group(1), matcher.group(2)));
            }
        }
        return named;
    }
}
