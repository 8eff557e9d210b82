package dev.sotto.job.train;

import dev.sotto.accountant.Accountant;
import dev.sotto.accountant.BestAccountant;
import dev.sotto.accountant.DpEvent;
import dev.sotto.core.model.ModelException;
import dev.sotto.core.model.TrainableModel;
import dev.sotto.core.privacy.PrivacyPlan;
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
import dev.sotto.job.report.PrivacyReport;
import dev.sotto.job.step.Evaluation;
import dev.sotto.job.step.ExecutorModel;
import dev.sotto.job.step.ModelRef;
import dev.sotto.job.store.DataLedger;
import dev.sotto.job.store.OutputFolder;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
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
    private final Accountant accountant = new BestAccountant();

    private TrainJob(SparkSession session, TrainSettings settings, Console console) {
        this.session = session;
        this.spark = JavaSparkContext.fromSparkContext(session.sparkContext());
        this.hadoop = spark.hadoopConfiguration();
        this.sharedHadoop = spark.broadcast(new SerializableConfiguration(hadoop));
        this.settings = settings;
        this.console = console;
    }

    /** Runs on the Spark that this process was submitted to. */
    public static void run(TrainSettings settings, Console console) {
        SparkSession session = SparkSession.builder().appName("sotto train").getOrCreate();
        try {
            requireJavaSerializer(session);
            new TrainJob(session, settings, console).run();
        } finally {
            session.stop();
        }
    }

    private void run() {
        Instant started = Instant.now();
        PreparedRun prepared = prepare();
        OutputFolder output = OutputFolder.create(settings.output().uri(), hadoop);
        String runId = runId();
        PrivacyPlan plan = prepared.recipe().plan();
        Optional<DataLedger> ledger = Optional.ofNullable(settings.output().ledger())
                .map(kept -> DataLedger.reserve(kept, runId, charge(plan, plan.steps())));
        Outcome outcome = train(prepared, ledger);
        var run = new PrivacyReport.Run(runId, Instant.now(), Duration.between(started, Instant.now()));
        PrivacyReport report = RunReport.of(run, settings, prepared, outcome, accountant, ledger);
        Results.write(
                output,
                prepared.model().seed(),
                outcome.state().trained(),
                settings.data().target(),
                report);
        console.done(report, output.address(Results.MODEL), output.address(Results.REPORT));
    }

    private PreparedRun prepare() {
        var ref = new ModelRef(settings.model().uri(), settings.modelSpec());
        TrainableModel model = load(ref);
        RowEncoding encoding = Encodings.rows(
                settings.data().input(), settings.data().target(), model.seed().path());
        Dataset<Row> table = Table.open(session, settings.data());
        Recipe recipe = recipe(table);
        var curve = EpsilonCurve.of(recipe.plan(), settings.privacy().noise(), accountant);
        return new PreparedRun(ref, model, encoding, table, recipe, curve);
    }

    /** However training ends, the ledger is settled to the noise that was drawn. */
    private Outcome train(PreparedRun prepared, Optional<DataLedger> ledger) {
        PrivacyPlan plan = prepared.recipe().plan();
        try (var watch = new StepWatch(console, prepared.curve(), plan.steps())) {
            try {
                return train(prepared, watch);
            } finally {
                ledger.ifPresent(kept -> settle(kept, charge(plan, watch.drawn())));
            }
        }
    }

    private void settle(DataLedger ledger, DpEvent drawn) {
        try {
            ledger.settle(drawn);
        } catch (UncheckedIOException | IllegalStateException cannotSettle) {
            console.say(
                    "The ledger could not be settled and keeps the run's whole reservation, which is at least what was"
                            + " spent: " + cannotSettle.getMessage());
        }
    }

    private Outcome train(PreparedRun prepared, StepWatch watch) {
        Recipe recipe = prepared.recipe();
        float[] initial = prepared.model().initial();
        RunKey key = runKey();
        var labels = Encodings.labels(settings.data().target());
        Optional<EncodedTable> publicTable = Optional.ofNullable(settings.data().evalTable())
                .map(source -> EncodedTable.encodePublic(
                        session, settings.data(), source, prepared.encoding(), labels, key.samplingKey()));
        try (var encoded = EncodedTable.encode(
                prepared.table(), settings.data(), prepared.encoding(), labels, key.samplingKey())) {
            Optional<Evaluator> evaluator =
                    publicTable.map(rows -> new Evaluator(spark, sharedHadoop, prepared.ref(), recipe.limit(), rows));
            Optional<Evaluation> before = evaluator.map(each -> each.measure(initial));
            TrainState state = new TrainLoop(spark, sharedHadoop, prepared.ref(), recipe)
                    .run(key, encoded.partitions(), initial, watch);
            return new Outcome(state, before, evaluator.map(each -> each.measure(state.trained())));
        } finally {
            publicTable.ifPresent(EncodedTable::close);
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

    /** What so many steps cost. A run whose keys others may know is charged as what it is: not private. */
    private DpEvent charge(PrivacyPlan plan, long steps) {
        if (steps == 0) {
            return new DpEvent.Composed(List.of());
        }
        return settings.privacy().isPrivate() ? plan.eventOf(steps) : new DpEvent.NonPrivate();
    }

    private String runId() {
        String given = settings.output().runId();
        return given != null ? given : UUID.randomUUID().toString();
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
