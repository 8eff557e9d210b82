package dev.sotto.job.train;

import dev.sotto.accountant.Accountant;
import dev.sotto.core.model.ModelException;
import dev.sotto.core.model.TrainableModel;
import dev.sotto.core.privacy.RunKey;
import dev.sotto.core.train.Recipe;
import dev.sotto.core.train.TrainState;
import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import dev.sotto.job.config.Fault;
import dev.sotto.job.config.TrainSettings;
import dev.sotto.job.data.EncodedTable;
import dev.sotto.job.data.Encodings;
import dev.sotto.job.data.RowEncoding;
import dev.sotto.job.data.Table;
import dev.sotto.job.report.Console;
import dev.sotto.job.step.Evaluation;
import dev.sotto.job.step.ExecutorModel;
import dev.sotto.job.step.ModelRef;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * One training run on the driver, from settings to results. In this order: all that can be refused is refused, the cost is
 * charged, rows are encoded, steps are taken, results are written.
 */
public final class TrainJob {

    private final SparkSession session;
    private final JavaSparkContext spark;
    private final Configuration hadoop;
    private final Broadcast<SerializableConfiguration> sharedHadoop;
    private final TrainSettings settings;
    private final Console console;
    private final Accountant accountant;

    private TrainJob(SparkSession session, TrainSettings settings, Console console, Accountant accountant) {
        this.session = session;
        this.spark = JavaSparkContext.fromSparkContext(session.sparkContext());
        this.hadoop = spark.hadoopConfiguration();
        this.sharedHadoop = spark.broadcast(new SerializableConfiguration(hadoop));
        this.settings = settings;
        this.console = console;
        this.accountant = accountant;
    }

    /** Runs on the Spark that this process was submitted to. */
    public static void run(TrainSettings settings, Console console, Accountant accountant) {
        SparkSession session = SparkSession.builder().appName("sotto train").getOrCreate();
        try {
            requireJavaSerializer(session);
            new TrainJob(session, settings, console, accountant).run();
        } finally {
            session.stop();
        }
    }

    private void run() {
        var ref = new ModelRef(settings.model().uri(), settings.modelSpec());
        TrainableModel model = load(ref);
        Path seed = model.seed().path();
        RowEncoding encoding = Encodings.rows(settings.data().input(), seed);
        Dataset<Row> table = Table.open(session, settings.data());
        Recipe recipe = recipe(table);
        Outcome outcome = train(model, ref, encoding, table, recipe, runKey());
        outcome.before().ifPresent(before -> console.say("before: " + before));
        outcome.after().ifPresent(after -> console.say("after: " + after));
    }

    private Outcome train(
            TrainableModel model, ModelRef ref, RowEncoding encoding, Dataset<Row> table, Recipe recipe, RunKey key) {
        var labels = Encodings.labels(settings.data().target());
        Optional<EncodedTable> publicTable = Optional.ofNullable(settings.data().evalTable())
                .map(source -> EncodedTable.encodePublic(
                        session, settings.data(), source, encoding, labels, key.samplingKey()));
        try (var encoded = EncodedTable.encode(table, settings.data(), encoding, labels, key.samplingKey())) {
            Optional<Evaluator> evaluator =
                    publicTable.map(rows -> new Evaluator(spark, sharedHadoop, ref, recipe.limit(), rows));
            Optional<Evaluation> before = evaluator.map(each -> each.measure(model.initial()));
            TrainState state = loop(ref, recipe, key, encoded, model.initial());
            return new Outcome(recipe, state, before, evaluator.map(each -> each.measure(state.trained())));
        } finally {
            publicTable.ifPresent(EncodedTable::close);
        }
    }

    private TrainState loop(ModelRef ref, Recipe recipe, RunKey key, EncodedTable encoded, float[] initial) {
        EpsilonCurve curve = EpsilonCurve.of(recipe.plan(), settings.privacy().noise(), accountant);
        long steps = recipe.plan().steps();
        try (var progress = console.progress()) {
            return new TrainLoop(spark, sharedHadoop, ref, recipe)
                    .run(key, encoded.partitions(), initial, done -> progress.step(done, steps, curve.after(done)));
        }
    }

    private TrainableModel load(ModelRef ref) {
        try {
            return ExecutorModel.forThisJvm(ref, hadoop);
        } catch (ModelException unusable) {
            throw SottoException.of(ExitCode.MODEL, unusable);
        }
    }

    private Recipe recipe(Dataset<Row> table) {
        Long declared = settings.data().units();
        long units = declared != null
                ? declared
                : EncodedTable.countUnits(table, settings.data().unit());
        if (units == 0) {
            throw new SottoException(
                    ExitCode.DATA, "The table " + settings.data().table().uri() + " has no rows to learn from.");
        }
        List<Fault> faults = settings.privacy().faultsFor(units);
        if (!faults.isEmpty()) {
            throw new SottoException(
                    ExitCode.SETTINGS,
                    faults.stream().map(Fault::toString).collect(Collectors.joining(System.lineSeparator())));
        }
        return Recipes.of(settings, units, accountant);
    }

    private RunKey runKey() {
        Long seed = settings.privacy().insecureSeed();
        return seed == null ? RunKey.fromOperatingSystem() : RunKey.insecureSeed(seed);
    }

    /** Kryo cannot carry Java records on JDK 17: tasks would fail one after the other with errors that do not say so. */
    private static void requireJavaSerializer(SparkSession session) {
        String serializer = session.sparkContext().getConf().get("spark.serializer", "JavaSerializer");
        if (!serializer.endsWith("JavaSerializer")) {
            throw new SottoException(
                    ExitCode.SETTINGS,
                    "spark.serializer is " + serializer + ", which cannot carry what Sotto sends to executors. Take the"
                            + " setting out, or set it to org.apache.spark.serializer.JavaSerializer.");
        }
    }
}
