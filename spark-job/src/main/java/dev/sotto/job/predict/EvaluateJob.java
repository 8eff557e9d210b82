package dev.sotto.job.predict;

import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import dev.sotto.job.SparkSessions;
import dev.sotto.job.config.AnswerSettings;
import dev.sotto.job.config.DataSettings;
import dev.sotto.job.config.DeclaredLabels;
import dev.sotto.job.config.PrivacyUnit;
import dev.sotto.job.config.TableStorage;
import dev.sotto.job.config.WritingSettings;
import dev.sotto.job.data.EncodedTable;
import dev.sotto.job.data.Encodings;
import dev.sotto.job.store.OutputFolder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.jspecify.annotations.Nullable;

/** Measures models on a PUBLIC table. The table is encoded once for all models with the same labels. */
public final class EvaluateJob {

    private final SparkSession session;
    private final AnswerSettings settings;
    private final Broadcast<SerializableConfiguration> hadoop;

    private EvaluateJob(SparkSession session, AnswerSettings settings) {
        this.session = session;
        this.settings = settings;
        JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
        this.hadoop = spark.broadcast(new SerializableConfiguration(spark.hadoopConfiguration()));
    }

    /**
     * Runs on the Spark that this process was submitted to.
     *
     * @param labels what the column holds for each label; null where that is the label itself
     * @param writing how language models write behind the prompts, if texts are to be measured too
     * @param output folder for {@code evaluation.json} and what was written; null writes nothing
     */
    public static List<Measured> run(
            AnswerSettings settings,
            String labelColumn,
            @Nullable DeclaredLabels labels,
            @Nullable WritingSettings writing,
            @Nullable String output) {
        SparkSession session = SparkSessions.open("sotto evaluate");
        try {
            Configuration hadoop = session.sparkContext().hadoopConfiguration();
            ToAnswer models = ToAnswer.toMeasure(settings, hadoop);
            if (writing != null && !models.write()) {
                throw new SottoException(
                        ExitCode.SETTINGS,
                        "--generate is given, and " + settings.model()
                                + " chooses answers instead of writing texts. Leave it out.");
            }
            Optional<OutputFolder> folder =
                    Optional.ofNullable(output).map(uri -> OutputFolder.create(uri, false, hadoop));
            EvaluateJob job = new EvaluateJob(session, settings);
            List<Measured> measured = job.measure(models, labelColumn, labels);
            if (writing != null) {
                measured = job.withTexts(measured, models, labelColumn, writing, folder);
            }
            List<Measured> all = measured;
            folder.ifPresent(written -> written.write("evaluation.json", Measured.json(all)));
            return all;
        } finally {
            session.stop();
        }
    }

    private static DataSettings.Target target(Answers model, String column, @Nullable DeclaredLabels labels) {
        DataSettings.Target target = model.target(column);
        if (labels == null) {
            return target;
        }
        if (!(target instanceof DataSettings.Target.Labelled labelled) || !labels.areNamed(target.names())) {
            throw new SottoException(
                    ExitCode.SETTINGS,
                    "--labels names " + String.join(", ", labels.names()) + ", and the model answers "
                            + String.join(", ", target.names()) + ". Write value=name for each of these.");
        }
        return labelled.with(labels.inOrderOf(target.names()));
    }

    private List<Measured> measure(ToAnswer models, String labelColumn, @Nullable DeclaredLabels labels) {
        var limit = settings.compute().limit();
        JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
        Map<DataSettings.Target, EncodedTable> tables = new LinkedHashMap<>();
        try {
            List<Measured> measured = new ArrayList<>();
            for (Answers model : models.all()) {
                EncodedTable table =
                        tables.computeIfAbsent(target(model, labelColumn, labels), target -> encode(target, models));
                measured.add(new Measure(spark, hadoop, limit, table).of(model));
            }
            return measured;
        } finally {
            tables.values().forEach(EncodedTable::close);
        }
    }

    /** The same with measures of what each model writes. */
    private List<Measured> withTexts(
            List<Measured> measured,
            ToAnswer models,
            String labelColumn,
            WritingSettings writing,
            Optional<OutputFolder> folder) {
        DataSettings data = data(new DataSettings.Target.Completion(labelColumn), models);
        List<Measured> all = new ArrayList<>();
        for (int i = 0; i < measured.size(); i++) {
            Answers model = models.all().get(i);
            var texts = WrittenTexts.by(model, session, data, writing, hadoop);
            folder.ifPresent(written -> texts.write(written, model.name()));
            all.add(measured.get(i).and(texts.scores()));
        }
        return all;
    }

    private DataSettings data(DataSettings.Target target, ToAnswer models) {
        return new DataSettings(
                settings.table(),
                models.input(),
                target,
                new PrivacyUnit.Row(),
                settings.partitions(),
                TableStorage.MEMORY_AND_DISK,
                null);
    }

    private EncodedTable encode(DataSettings.Target target, ToAnswer models) {
        return EncodedTable.encodePublic(
                session, data(target, models), settings.table(), models.encoding(), Encodings.labels(target));
    }
}
