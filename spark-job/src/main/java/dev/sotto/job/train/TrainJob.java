package dev.sotto.job.train;

import dev.sotto.accountant.Accountant;
import dev.sotto.accountant.BestAccountant;
import dev.sotto.accountant.DpEvent;
import dev.sotto.accountant.ledger.Run;
import dev.sotto.core.checkpoint.Provenance;
import dev.sotto.core.model.SeedModel;
import dev.sotto.core.privacy.RunKey;
import dev.sotto.core.train.ClippingGroups;
import dev.sotto.core.train.Phases;
import dev.sotto.core.train.TrainState;
import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import dev.sotto.job.SparkSessions;
import dev.sotto.job.StopRequest;
import dev.sotto.job.config.Phase;
import dev.sotto.job.config.TableSource;
import dev.sotto.job.config.Texts;
import dev.sotto.job.config.TrainSettings;
import dev.sotto.job.data.EncodedPartition;
import dev.sotto.job.data.EncodedTable;
import dev.sotto.job.data.Encodings;
import dev.sotto.job.data.Labels;
import dev.sotto.job.data.Table;
import dev.sotto.job.data.TableFiles;
import dev.sotto.job.predict.Answers;
import dev.sotto.job.predict.Measure;
import dev.sotto.job.predict.Measured;
import dev.sotto.job.preflight.SparkChecks;
import dev.sotto.job.report.Console;
import dev.sotto.job.report.PrivacyReport;
import dev.sotto.job.step.FeatureTask;
import dev.sotto.job.step.ResultSize;
import dev.sotto.job.store.Checkpoints;
import dev.sotto.job.store.DataLedger;
import dev.sotto.job.store.OutputFolder;
import dev.sotto.job.store.RunIdentity;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
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

    private static final String JOB_DESCRIPTION = "spark.job.description";

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
        SparkSession session = SparkSessions.open("sotto train");
        try {
            in(session, settings, console);
        } finally {
            session.stop();
        }
    }

    /**
     * Runs in a session that others use too: it is left as it was.
     *
     * @throws SottoException if its settings are wrong, or for anything else that a user can act on
     */
    public static Finished in(SparkSession session, TrainSettings settings, Console console) {
        SparkSessions.requireRightSettings(session);
        tellWhatIsKept(session.sparkContext().getConf(), settings, console);
        TrainSettings matched =
                Groundwork.matched(settings, session.sparkContext().hadoopConfiguration(), console);
        var job = new TrainJob(session, matched, console);
        String description = session.sparkContext().getLocalProperty(JOB_DESCRIPTION);
        try {
            return job.run();
        } finally {
            session.sparkContext().setLocalProperty(JOB_DESCRIPTION, description);
            job.sharedHadoop.destroy();
        }
    }

    private Finished run() {
        Instant started = Instant.now();
        Optional<DataLedger> ledger = Optional.ofNullable(settings.output().ledger())
                .map(kept -> DataLedger.open(kept, RunTerms.of(settings), hadoop));
        PreparedRun prepared = prepare(ledger);
        long steps = prepared.phases().steps();
        ResultSize.check(
                spark, prepared.ground().largestGradient(), EncodedTable.partitions(prepared.table(), settings.data()));
        refuseFinished(prepared);
        Long every = settings.output().checkpointEvery();
        Optional<OutputFolder> output =
                Optional.ofNullable(settings.output().uri()).map(uri -> OutputFolder.create(uri, true, hadoop));
        output.ifPresent(folder -> Results.requireRoom(folder, prepared.model().seed()));
        Optional<Checkpoints> checkpoints = output.map(
                        folder -> Checkpoints.in(folder, every != null ? every : steps, hadoop))
                .filter(kept -> every != null || kept.runId().isPresent());
        RunIdentity run = identity(prepared, checkpoints);
        Attempt attempt = attempt(prepared, run, checkpoints, ledger);
        if (attempt.draws(steps) > 0) { // else it reads no row
            attempt.firstToRelease().ifPresent(first -> prepared.files()
                    .requireUnchangedSince(checkpoints.orElseThrow().begun(first), hadoop));
        }
        ledger.ifPresent(prepared.ancestry()::chargeTo);
        ledger.ifPresent(kept -> reserve(kept, run.run(), prepared.costs(), attempt));
        Optional<Keeper> keeper =
                checkpoints.map(kept -> new Keeper(kept, run, attempt.number(), attempt.first(), attempt.end(steps)));
        var curve = EpsilonCurve.of(
                prepared.costs(),
                attempt,
                prepared.ancestry(),
                settings.privacy().noise(),
                accountant);
        var log = new RunLog(run.run());
        var metrics = RunMetrics.register(prepared.costs(), attempt, curve);
        log.begins(run, attempt, attempt.end(steps));
        Outcome outcome;
        try (var watch = new StepWatch(
                console,
                log,
                metrics,
                curve,
                attempt.end(steps),
                keeper,
                prepared.files(),
                settings.output().measurePhases())) {
            try {
                outcome = train(
                        prepared,
                        attempt,
                        watch,
                        state -> output.map(folder -> checkpoints
                                .map(FinalState::of)
                                .orElseGet(
                                        () -> FinalState.keep(folder, run, attempt.number(), state, steps, hadoop))));
            } catch (Exception ended) { // Spark throws checked exceptions that it does not declare to Java
                if (StopRequest.isMade()) {
                    throw stopped(watch, steps);
                }
                throw ended;
            } finally { // however training ends, the ledger is settled to the noise that was drawn
                ledger.ifPresent(kept -> settle(
                        kept,
                        attempt.entry(run.run()),
                        charge(prepared.costs(), watch.counted(), attempt.first(), watch.drawn())));
            }
        }
        PrivacyReport report = RunReport.of(
                new PrivacyReport.Run(run.run(), run.hash(), Instant.now(), Duration.between(started, Instant.now())),
                settings,
                prepared,
                attempt,
                curve,
                outcome,
                accountant,
                ledger);
        Provenance provenance = provenance(prepared, run, attempt, ledger);
        outcome.kept()
                .ifPresent(kept -> kept.until(() -> Results.write(
                        output.orElseThrow(),
                        prepared.model().seed(),
                        outcome.state().learned(),
                        settings.data().target(),
                        provenance,
                        report,
                        weights -> ledger.ifPresent(
                                charged -> charged.noteRelease(attempt.entry(run.run()), weights, provenance)))));
        log.ends();
        console.done(report);
        output.ifPresent(folder -> console.written(
                folder.address(Results.MODEL), prepared.model().seed().hasAdapters(), folder.address(Results.REPORT)));
        return new Finished(prepared.model().seed(), settings.data().target(), outcome.state(), provenance, report);
    }

    /** The same command, given again after it has done its work. */
    private void refuseFinished(PreparedRun prepared) {
        String uri = settings.output().uri();
        if (uri != null && settings.output().runId() != null) {
            FinishedBefore.check(uri, identity(prepared, Optional.empty()), hadoop);
        }
    }

    /** What the trained model has learned from: what its seed had, and this run. */
    private Provenance provenance(PreparedRun prepared, RunIdentity run, Attempt attempt, Optional<DataLedger> ledger) {
        return prepared.ancestry()
                .provenance()
                .with(new Provenance.Link(
                        run.run(),
                        run.seed(),
                        RunTerms.of(settings),
                        settings.privacy().isPrivate() ? attempt.event(prepared.costs()) : new DpEvent.NonPrivate(),
                        ledger.map(DataLedger::history)
                                .map(history -> new Provenance.Charged(
                                        history.identity().orElseThrow(), history.head()))
                                .orElse(null)));
    }

    private SottoException stopped(StepWatch watch, long steps) {
        OptionalLong behind = watch.ends();
        String where = behind.isEmpty()
                ? "before the first step. The same command begins again."
                : "after step " + behind.getAsLong() + " of " + steps + "; what was drawn is charged. "
                        + (settings.output().checkpointEvery() != null || isKept(behind.getAsLong(), steps)
                                ? "The same command goes on from there."
                                : "No checkpoint is kept without checkpoint-every, so the same command begins anew.");
        return new SottoException(ExitCode.STOPPED, "stopped, as a signal asked, " + where);
    }

    /** Behind the last step the state is kept, whether checkpoints are or not. */
    private boolean isKept(long step, long steps) {
        return step == steps && settings.output().uri() != null;
    }

    private RunIdentity identity(PreparedRun prepared, Optional<Checkpoints> checkpoints) {
        String given = settings.output().runId();
        String id = given != null
                ? given
                : checkpoints.flatMap(Checkpoints::runId).orElseGet(() -> UUID.randomUUID()
                        .toString());
        SeedModel seed = prepared.model().seed();
        return new RunIdentity(
                id,
                Phases.hash(prepared.costs().plans()),
                RunReport.sha256(seed),
                seed.layout().hash(),
                RunReport.words(prepared.phases(), settings.phases()) + ", row independence "
                        + settings.privacy().rowIndependence().name().toLowerCase(Locale.ROOT) + ", precision "
                        + settings.model().mode().precision().name().toLowerCase(Locale.ROOT)
                        + RunReport.groups(settings.phases())
                        + prepared.costs()
                                .count()
                                .map(count -> ", usable units counted with noise " + count.noise())
                                .orElse(""),
                String.join(
                        ", ",
                        settings.data().table().identity(),
                        settings.data().input().toString(),
                        settings.data().target().toString(),
                        settings.data().unit().toString()));
    }

    private Attempt attempt(
            PreparedRun prepared, RunIdentity run, Optional<Checkpoints> checkpoints, Optional<DataLedger> ledger) {
        float[] seed = prepared.ground().initial();
        TrainState initial = TrainState.initial(seed, prepared.phases().list().get(0));
        boolean goesOn = checkpoints.isPresent() && checkpoints.get().firstClaim() > 0;
        int least = goesOn ? 1 : ledger.map(kept -> kept.nextAttempt(run.run())).orElse(1);
        if (checkpoints.isEmpty()) {
            return Attempt.only(least, initial);
        }
        Attempt attempt = Attempt.next(checkpoints.get(), run, prepared.phases(), initial, seed.length, least);
        if (attempt.earlier().isEmpty()) {
            return attempt;
        }
        console.say("Resuming run " + run.run() + " from step " + attempt.first() + " of "
                + prepared.phases().steps()
                + " with fresh keys. Earlier attempts are charged for the most they can have drawn: "
                + attempt.drawnBefore() + " steps.");
        return Resumption.endOf(
                attempt, prepared.costs(), settings.privacy(), settings.output().onResume(), accountant, console);
    }

    /** Earlier attempts are lowered to the most that they can have drawn, then this one's whole cost is charged. */
    private void reserve(DataLedger ledger, String runId, Costs costs, Attempt attempt) {
        for (Attempt.Earlier earlier : attempt.earlier()) {
            ledger.settleLost(
                    Run.entry(runId, earlier.number()),
                    charge(costs, earlier.counted(), earlier.first(), earlier.mostDrawn()));
        }
        ledger.reserve(
                attempt.entry(runId), charge(costs, attempt.counts(), attempt.first(), attempt.draws(costs.steps())));
    }

    private PreparedRun prepare(Optional<DataLedger> ledger) {
        Groundwork ground = Groundwork.of(settings, ledger, hadoop, console);
        Dataset<Row> table = Table.open(session, settings.data());
        TableSource evaluation = settings.data().evalTable();
        if (evaluation != null) {
            Table.openPublic(
                    session, settings.data(), evaluation); // what is wrong with it is told before anything is charged
        }
        List<ClippingGroups> groups = ground.groups(console);
        Costs costs =
                Recipes.costs(settings.phases().stream().map(Phase::privacy).toList(), groups, accountant);
        Phases phases = ground.phases(groups, ground.limit(console), costs);
        return new PreparedRun(
                ground, table, TableFiles.of(session, settings.data().table(), table), phases, costs);
    }

    private void settle(DataLedger ledger, String entry, DpEvent drawn) {
        try {
            ledger.settle(entry, drawn);
        } catch (UncheckedIOException | IllegalStateException cannotSettle) {
            console.say(
                    "The ledger could not be settled and keeps the run's whole reservation, which is at least what was"
                            + " spent: " + cannotSettle.getMessage());
        }
    }

    /** What this attempt's own work on the private table gave. */
    private record Steps(TrainState state, OptionalLong usable) {}

    /** @param keep keeps the state behind the last step, before anything else that can fail */
    private Outcome train(
            PreparedRun prepared, Attempt attempt, StepWatch watch, Function<TrainState, Optional<FinalState>> keep) {
        float[] initial = prepared.ground().initial();
        var labels = Encodings.labels(settings.data().target());
        if (settings.data().evalTable() != null) {
            begin("Encode the public table, and measure the seed model on it");
        }
        Optional<EncodedTable> publicTable = Optional.ofNullable(settings.data().evalTable())
                .map(source ->
                        EncodedTable.encodePublic(session, settings.data(), source, prepared.encoding(), labels));
        try {
            Optional<Measure> measure =
                    publicTable.map(rows -> new Measure(spark, sharedHadoop, prepared.limit(), rows));
            Optional<Measured> before = measure.map(each -> each.of(answers(prepared, initial)));
            Steps steps = attempt.draws(prepared.phases().steps()) == 0 // an earlier attempt lacked its results alone
                    ? new Steps(attempt.state(), OptionalLong.empty())
                    : steps(prepared, attempt, watch, labels);
            TrainState state = steps.state();
            Optional<FinalState> kept = keep.apply(state);
            if (measure.isPresent()) {
                begin("Measure the trained model on the public table");
            }
            return new Outcome(
                    state,
                    steps.usable(),
                    before,
                    measure.map(each -> each.of(answers(prepared, state.learned()))),
                    kept);
        } finally {
            publicTable.ifPresent(EncodedTable::close);
        }
    }

    /** Tells what is done now, here and in Spark's own pages. */
    private void begin(String what) {
        console.say(what + " ...");
        spark.setJobDescription(what);
    }

    private Steps steps(PreparedRun prepared, Attempt attempt, StepWatch watch, Labels labels) {
        begin("Encode the table");
        int begun = prepared.phases().at(attempt.first());
        RunKey key = runKey(attempt, begun);
        try (var encoded = EncodedTable.encode(
                prepared.table(), settings.data(), prepared.encoding(), labels, key.samplingKey(), further(prepared))) {
            encoded.partitions().count(); // each partition in a task of its own; a step's tasks take many
            OptionalLong usable = countUsable(prepared.costs(), encoded, attempt, watch);
            TrainState state = new TrainLoop(spark, sharedHadoop, prepared.refs(), prepared.phases())
                    .run(phase -> phase == begun ? key : runKey(attempt, phase), encoded.partitions(), attempt, watch);
            return new Steps(state, usable);
        }
    }

    /**
     * Counts, in an attempt that begins at the first step.
     *
     * @throws SottoException if the table has far more or fewer usable units than were declared
     */
    private OptionalLong countUsable(Costs costs, EncodedTable encoded, Attempt attempt, StepWatch watch) {
        if (costs.count().isEmpty() || !attempt.counts()) {
            return OptionalLong.empty();
        }
        UsableCount count = costs.count().get();
        spark.setJobDescription("Count the usable units, with noise");
        watch.counts();
        long found = count.take(encoded.partitions(), countKey(attempt), watch::tableIsRead);
        console.say("usable units: about " + found + ", by a charged count with noise of " + Texts.number(count.noise())
                + "; " + count.plan().units() + " were declared");
        if (count.isFar(found)) {
            throw new SottoException(
                    ExitCode.DATA,
                    ("The table has about %d units with a usable row, where units declares %d: further away than %s, which noise"
                                    + " and a quarter of them explain. A column misread (texts, images or labels that are not"
                                    + " as declared) looks like this, or units is wrong. No step was taken; the count alone"
                                    + " is charged. See what is wrong with sotto check-table and the same settings. To train"
                                    + " without asking, pass --no-usable-count.%s")
                            .formatted(
                                    found,
                                    count.plan().units(),
                                    Texts.number(Math.floor(count.tolerance())),
                                    ofItsOwn()));
        }
        return OptionalLong.of(found);
    }

    /** What a run with mended settings may not share with this one, which is charged for its count. */
    private String ofItsOwn() {
        boolean isNamed = settings.output().runId() != null;
        String theirs = settings.output().checkpointEvery() != null
                ? isNamed ? "--output and --run-id" : "--output"
                : isNamed && settings.output().ledger() != null ? "--run-id" : "";
        return theirs.isEmpty() ? "" : " With other settings it is another run: give it another " + theirs + ".";
    }

    /** Where the head alone is trained, what it is given is computed once and kept instead of the rows. */
    private UnaryOperator<JavaRDD<EncodedPartition>> further(PreparedRun prepared) {
        if (prepared.model().features().isEmpty()) {
            return UnaryOperator.identity();
        }
        console.say("The head alone is trained: what it is given of each row is computed once, with the encoding.");
        return rows -> rows.mapPartitions(new FeatureTask(prepared.refs().get(0), prepared.limit(), sharedHadoop));
    }

    private Answers answers(PreparedRun prepared, float[] trained) {
        return new Answers("", prepared.refs().get(0), settings.data().target().names(), trained);
    }

    /** What an attempt is charged. */
    private DpEvent charge(Costs costs, boolean counted, long first, long drawn) {
        return drawn == 0 && (costs.count().isEmpty() || !counted)
                ? DataLedger.NOTHING
                : costs.charged(settings.privacy(), counted, first, drawn);
    }

    /** Each phase of each attempt has keys of its own, and with a seed, for tests, a seed of its own. */
    private RunKey runKey(Attempt attempt, int phase) {
        Long seed = settings.privacy().insecureSeed();
        return seed == null
                ? RunKey.fromOperatingSystem()
                : RunKey.insecureSeed(seed + attempt.number() - 1 + ((long) phase << Integer.SIZE));
    }

    /** The count is a mechanism of its own, and no noise may serve two. */
    private RunKey countKey(Attempt attempt) {
        Long seed = settings.privacy().insecureSeed();
        return seed == null ? RunKey.fromOperatingSystem() : RunKey.insecureSeed(~seed - attempt.number());
    }

    /** What depends on private rows and was asked for all the same: by how much, only its keeper can judge. */
    private static void tellWhatIsKept(SparkConf conf, TrainSettings settings, Console console) {
        SparkChecks.keepers(conf)
                .forEach(kept -> console.say(kept.what() + " is " + kept.found() + ". " + kept.todo()));
        if (settings.output().measurePhases()) {
            console.say(
                    "measure-phases is on: how long executors compute, which the metrics then tell, depends on private rows."
                            + " Keep them inside the trust boundary, or leave it out.");
        }
    }
}
