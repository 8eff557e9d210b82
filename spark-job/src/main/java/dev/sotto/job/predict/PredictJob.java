package dev.sotto.job.predict;

import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import dev.sotto.job.SparkSessions;
import dev.sotto.job.config.AnswerSettings;
import dev.sotto.job.config.Input;
import dev.sotto.job.data.EncodeBlock;
import dev.sotto.job.data.Table;
import dev.sotto.job.store.OutputFolder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;
import org.jspecify.annotations.Nullable;

/** Writes a table's rows with the answers of one or more models beside them. What it writes is as private as the table. */
public final class PredictJob {
    private static final String UNANSWERED = "unanswered"; // why a row has no answer; null where it has one

    private PredictJob() {}

    /** Where predictions go and what stands beside them: {@code keep} null keeps all columns but those of bytes. */
    public record Output(String uri, OutputFormat format, @Nullable List<String> keep) {}

    /**
     * Runs on the Spark that this process was submitted to; gives the address of what was written.
     *
     * @param note is told of what of the table is not written, in sentences
     */
    public static String run(AnswerSettings settings, Output output, Consumer<String> note) {
        SparkSession session = SparkSessions.open("sotto predict");
        try {
            return run(session, settings, output, note);
        } finally {
            session.stop();
        }
    }

    private static String run(SparkSession session, AnswerSettings settings, Output output, Consumer<String> note) {
        var spark = JavaSparkContext.fromSparkContext(session.sparkContext());
        Configuration hadoop = spark.hadoopConfiguration();
        ToAnswer models = ToAnswer.of(settings, hadoop);
        Dataset<Row> table = Table.openToPredict(session, settings.table(), models.input(), output.keep(), note);
        StructType schema = schema(table, models, output.format());
        OutputFolder folder = OutputFolder.create(output.uri(), false, hadoop);
        Integer parts = settings.partitions();
        JavaRDD<Row> answered = EncodeBlock.rowsOf(parts == null ? table : table.repartition(parts), settings.table())
                .mapPartitions(new PredictTask(
                        new EncodeBlock(models.encoding()),
                        isOfImages(models),
                        settings.compute().limit(),
                        spark.broadcast(models.all()),
                        spark.broadcast(new SerializableConfiguration(hadoop))));
        table.sparkSession()
                .createDataFrame(answered, schema)
                .write()
                .mode(SaveMode.Append) // into the empty folder that was made
                .format(output.format().name().toLowerCase(Locale.ROOT))
                .options(output.format() == OutputFormat.CSV ? Map.of("header", "true", "escape", "\"") : Map.of())
                .save(output.uri());
        return folder.address();
    }

    /** Images fail for many reasons, and Python reads some of them: each row is told its own. */
    private static boolean isOfImages(ToAnswer models) {
        return models.input() instanceof Input.Image;
    }

    private static StructType schema(Dataset<Row> table, ToAnswer models, OutputFormat format) {
        List<StructField> fields = new ArrayList<>(
                List.of(((StructType) table.schema().apply(Table.KEPT).dataType()).fields()));
        for (StructField kept : fields) {
            require(
                    format.holds(kept.dataType()),
                    "the column " + kept.name() + " is of type "
                            + kept.dataType().simpleString() + ", which "
                            + format.name().toLowerCase(Locale.ROOT)
                            + " cannot hold. Leave it out of --keep, or give --output-format parquet.");
        }
        models.all().forEach(PredictJob::requireDistinctLabels);
        List<StructField> answers =
                models.all().stream().flatMap(model -> model.columns().stream()).toList();
        for (StructField answer : answers) {
            require(
                    format.holds(answer.dataType()),
                    "the answers are of type " + answer.dataType().simpleString() + ", which "
                            + format.name().toLowerCase(Locale.ROOT)
                            + " cannot hold. Give --output-format parquet or json.");
        }
        fields.addAll(answers);
        if (isOfImages(models)) {
            fields.add(DataTypes.createStructField(UNANSWERED, DataTypes.StringType, true));
        }
        Set<String> names = new HashSet<>();
        for (StructField field : fields) {
            require(
                    names.add(field.name().toLowerCase(Locale.ROOT)),
                    "the output would have two columns " + field.name()
                            + " (small and capital letters are one to Spark)."
                            + " Leave the table's own out of --keep, rename it with --columns, or give a delta another name.");
        }
        return DataTypes.createStructType(fields);
    }

    private static void requireDistinctLabels(Answers model) {
        Set<String> names = new HashSet<>();
        for (StructField answer : model.columns()) {
            require(
                    names.add(answer.name().toLowerCase(Locale.ROOT)),
                    "two of the model's labels would be one column " + answer.name()
                            + " (small and capital letters are one to Spark). Give them names that differ otherwise, in id2label of"
                            + " its config.json.");
        }
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new SottoException(ExitCode.SETTINGS, "No row was read: " + message);
        }
    }
}
