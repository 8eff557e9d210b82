package dev.sotto.job.plan;

import dev.sotto.accountant.Accountant;
import dev.sotto.accountant.BestAccountant;
import dev.sotto.accountant.DpEvent;
import dev.sotto.core.batch.ImageSettings;
import dev.sotto.core.batch.Microbatches;
import dev.sotto.core.check.StepProbe;
import dev.sotto.core.check.StepTimes;
import dev.sotto.core.model.ModelMemory;
import dev.sotto.core.model.SeedModel;
import dev.sotto.core.pass.PassMemory;
import dev.sotto.core.privacy.PrivacyPlan;
import dev.sotto.core.train.ClippingGroups;
import dev.sotto.core.train.Recipe;
import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import dev.sotto.job.config.OutputSettings.LedgerSettings;
import dev.sotto.job.config.PrivacySettings;
import dev.sotto.job.config.PrivacyUnit;
import dev.sotto.job.config.Texts;
import dev.sotto.job.config.TrainSettings;
import dev.sotto.job.data.RowEncoding;
import dev.sotto.job.report.Console;
import dev.sotto.job.step.ResultSize;
import dev.sotto.job.store.DataLedger;
import dev.sotto.job.train.Costs;
import dev.sotto.job.train.Groundwork;
import dev.sotto.job.train.Recipes;
import dev.sotto.job.train.RunTerms;
import dev.sotto.job.train.UsableCount;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;

/** Makes a plan by what a run is made of ({@link Groundwork}, {@link Recipes}), without its table. */
public final class Planner {
    private static final String NOT_YET = "planned run";

    private final TrainSettings settings;
    private final Wanted wanted;
    private final Configuration hadoop;
    private final Accountant accountant = new BestAccountant();
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final Console console =
            new Console(new PrintStream(said, true, StandardCharsets.UTF_8), false, Clock.systemUTC());
    private final List<String> remarks = new ArrayList<>();

    private Planner(TrainSettings settings, Wanted wanted, Configuration hadoop) {
        this.settings = settings;
        this.wanted = wanted;
        this.hadoop = hadoop;
    }

    /**
     * The plan of a run. No table is opened, and nothing is written.
     *
     * @throws SottoException if a run would not begin with these settings
     */
    public static RunPlan plan(TrainSettings asked, Wanted wanted, Configuration hadoop) {
        var console = new ByteArrayOutputStream();
        TrainSettings settings = Groundwork.matched(
                asked,
                hadoop,
                new Console(new PrintStream(console, true, StandardCharsets.UTF_8), false, Clock.systemUTC()));
        var planner = new Planner(settings, wanted, hadoop);
        planner.said.writeBytes(console.toByteArray());
        return planner.plan();
    }

    private RunPlan plan() {
        LedgerSettings kept = settings.output().ledger();
        Optional<DataLedger> ledger = Optional.empty();
        Optional<String> unread = Optional.empty();
        if (kept != null) {
            try {
                ledger = Optional.of(DataLedger.toRead(kept, RunTerms.of(settings), hadoop));
            } catch (SottoException unreadable) {
                unread = Optional.of(String.valueOf(unreadable.getMessage()));
            }
        }
        PrivacySettings privacy = settings.privacy();
        Groundwork ground = Groundwork.of(settings, ledger, hadoop, console);
        ClippingGroups groups = ground.groups(console).get(0);
        Costs costs = Recipes.costs(privacy, groups, accountant);
        Optional<RunPlan.Estimate> estimate =
                wanted.probe() ? Optional.of(estimate(ground, groups, costs)) : Optional.empty();
        int d = ground.model().seed().layout().size();
        Optional<StepCost> time = estimate.map(RunPlan.Estimate::cost);
        Cell asked = cell(Grid.Point.asked(privacy), costs, d, time);
        List<Cell> grid = Grid.about(privacy, wanted.batchSizes(), wanted.epochs()).points().parallelStream()
                .flatMap(point -> compared(point, asked, groups, d, time).stream())
                .toList();
        tellWhatIsUnusual(asked);
        Optional<LedgerView> view = kept == null
                ? Optional.empty()
                : Optional.of(
                        unread.isPresent()
                                ? new LedgerView.Unread(kept.uri(), unread.get())
                                : view(kept, ledger.orElseThrow(), ground, costs));
        return new RunPlan(
                model(ground, groups),
                promise(costs),
                asked,
                accountant
                        .epsilon(ground.withSeed(costs.ofAll()), privacy.noise().delta())
                        .upper(),
                new RunPlan.StepBytes(4L * d, ResultSize.ofSum(d), cores()),
                estimate,
                view,
                grid,
                LikelyBest.of(grid),
                remarks());
    }

    private int cores() {
        Integer declared = wanted.cores();
        return declared != null ? declared : Runtime.getRuntime().availableProcessors();
    }

    private double rowsPerUnit() {
        Double declared = wanted.rowsPerUnit();
        return declared != null
                ? declared
                : settings.data().unit() instanceof PrivacyUnit.Column column ? column.maxRows() : 1;
    }

    /** Empty where no noise does. */
    private Optional<Cell> compared(
            Grid.Point point, Cell asked, ClippingGroups groups, int d, Optional<StepCost> time) {
        if (point.asked()) {
            return Optional.of(asked);
        }
        try {
            return Optional.of(cell(point, Recipes.costs(point.privacy(), groups, accountant), d, time));
        } catch (SottoException impossible) {
            remark("Left out: batch size " + Texts.number(point.batchSize()) + " with " + Texts.number(point.epochs())
                    + " epochs. " + impossible.getMessage());
            return Optional.empty();
        }
    }

    private Cell cell(Grid.Point point, Costs costs, int d, Optional<StepCost> time) {
        PrivacyPlan plan = costs.plans().get(0);
        return new Cell(
                point.batchSize(),
                point.epochs(),
                costs,
                accountant
                        .epsilon(costs.ofAll(), point.privacy().noise().delta())
                        .upper(),
                new Signal(plan.expectedBatchSize(), plan.noiseMultiplier(), d, plan.steps()),
                time.map(cost -> cost.run(plan)).orElse(null),
                point.asked());
    }

    private void tellWhatIsUnusual(Cell asked) {
        if (settings.privacy().noise() instanceof PrivacySettings.Noise.Target
                && asked.plan().noiseMultiplier() <= Recipes.LEAST_NOISE) {
            remark("WARNING: the noise multiplier is at its floor, " + Texts.number(Recipes.LEAST_NOISE)
                    + ": the run would spend less than it may. A smaller epsilon costs nothing here.");
        }
        if (asked.plan().samplingProbability() == 1) {
            remark(
                    "WARNING: the sampling probability is 1: every unit is in every step, and sampling hides nobody. The same epsilon takes far"
                            + " more noise a step than with smaller batches, and each step all of the table.");
        }
    }

    private synchronized void remark(String remark) {
        remarks.add(remark);
    }

    private List<String> remarks() {
        List<String> all =
                new ArrayList<>(said.toString(StandardCharsets.UTF_8).lines().toList());
        all.addAll(remarks);
        return all;
    }

    private RunPlan.Model model(Groundwork ground, ClippingGroups groups) {
        SeedModel seed = ground.model().seed();
        return new RunPlan.Model(
                settings.model().uri(),
                seed.family(),
                seed.parameters(),
                seed.spec().trained().words(),
                seed.layout().size(),
                Math.max(1, groups.list().size()),
                settings.model().mode().precision().name().toLowerCase(Locale.ROOT));
    }

    private RunPlan.Promise promise(Costs costs) {
        PrivacySettings privacy = settings.privacy();
        return new RunPlan.Promise(
                settings.data().table().uri(),
                privacy.units(),
                RunTerms.of(settings).unit().words(),
                privacy.noise() instanceof PrivacySettings.Noise.Target target ? target.epsilon() : null,
                privacy.noise().delta(),
                costs.count().map(UsableCount::noise).orElse(null),
                privacy.isPrivate());
    }

    private LedgerView view(LedgerSettings kept, DataLedger ledger, Groundwork ground, Costs costs) {
        double delta = settings.privacy().noise().delta();
        DpEvent own = costs.charged(settings.privacy(), true, 0, costs.steps());
        String id = settings.output().runId();
        var outlook = ledger.outlook(ground.toCharge(id == null ? NOT_YET : id, own));
        return new LedgerView.Read(
                kept.uri(),
                outlook,
                ledger.spent(delta),
                accountant.epsilon(outlook.charged(), delta).upper());
    }

    private RunPlan.Estimate estimate(Groundwork ground, ClippingGroups groups, Costs costs) {
        Microbatches.Limit limit = ground.limit(console);
        Recipe recipe = ground.phases(List.of(groups), limit, costs).list().get(0);
        List<Integer> longest = rowShape(ground.encoding(), null);
        List<Integer> usual = rowShape(ground.encoding(), wanted.tokens());
        double rows = recipe.plan().expectedBatchSize() * rowsPerUnit() / cores();
        int busy = Math.min(cores(), Runtime.getRuntime().availableProcessors());
        try {
            StepTimes times = StepProbe.of(
                    ground.model(), recipe, ground.initial(), usual, (long) Math.max(1, Math.ceil(rows)), busy);
            int length = longest.size() == 1 ? longest.get(0) : 1;
            return new RunPlan.Estimate(
                    longest.size() == 1 ? usual.get(0) + " tokens" : words(longest) + " colour values",
                    new StepCost(times, cores(), rowsPerUnit()),
                    memory(ground.model().seed(), longest, (int)
                            Math.min(Math.max(1, Math.ceil(rows)), limit.rowsOf(length))));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new SottoException(ExitCode.SETTINGS, "Interrupted while measuring what a step takes.");
        }
    }

    private Optional<StepMemory> memory(SeedModel seed, List<Integer> longest, int rows) throws InterruptedException {
        try {
            PassMemory.Need need = ModelMemory.of(
                            seed.path(), seed.spec(), settings.model().mode(), List.of(longest))
                    .get(0);
            return Optional.of(new StepMemory(
                    weights(seed), rows, need.bytes(rows), 8L * seed.layout().size()));
        } catch (IOException cannot) {
            remark("What a pass takes of memory could not be measured: "
                    + String.valueOf(cannot.getMessage()).lines().findFirst().orElse(""));
            return Optional.empty();
        }
    }

    private static long weights(SeedModel seed) throws IOException {
        long bytes = 0;
        for (Path file : seed.folder().weights().files()) {
            bytes += Files.size(file);
        }
        return bytes;
    }

    /** @param tokens of a row of text; null for as many as are read */
    private static List<Integer> rowShape(RowEncoding encoding, @Nullable Integer tokens) {
        if (encoding instanceof RowEncoding.Image images) {
            return List.of(
                    ImageSettings.CHANNELS,
                    images.settings().height(),
                    images.settings().width());
        }
        int longest = encoding.layout().longest();
        return List.of(tokens == null ? longest : Math.min(tokens, longest));
    }

    private static String words(List<Integer> shape) {
        return String.join(" x ", shape.stream().map(String::valueOf).toList());
    }
}
