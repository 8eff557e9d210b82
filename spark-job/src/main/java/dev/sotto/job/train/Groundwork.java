package dev.sotto.job.train;

import dev.sotto.accountant.DpEvent;
import dev.sotto.accountant.ledger.Ledger;
import dev.sotto.core.batch.ImageSettings;
import dev.sotto.core.batch.Microbatches;
import dev.sotto.core.checkpoint.PeftAdapter;
import dev.sotto.core.family.Verbalizer;
import dev.sotto.core.folder.ModelException;
import dev.sotto.core.method.Grouping;
import dev.sotto.core.model.SeedModel;
import dev.sotto.core.model.TrainableModel;
import dev.sotto.core.train.ClippingGroups;
import dev.sotto.core.train.Phases;
import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import dev.sotto.job.config.DataSettings.Target;
import dev.sotto.job.config.Input;
import dev.sotto.job.config.Phase;
import dev.sotto.job.config.PrivacySettings;
import dev.sotto.job.config.Texts;
import dev.sotto.job.config.TrainSettings;
import dev.sotto.job.data.Encodings;
import dev.sotto.job.data.RowEncoding;
import dev.sotto.job.report.Console;
import dev.sotto.job.step.ExecutorModel;
import dev.sotto.job.step.ModelRef;
import dev.sotto.job.store.DataLedger;
import dev.sotto.job.store.ModelFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;

/**
 * What a run rests on beside its table: the seed model, where it begins, how it reads rows. No row is read for it and nothing is charged;
 * what is wrong with it is told here. A run and a plan of it are made of the same.
 */
public final class Groundwork {
    private final TrainSettings settings;
    private final List<ModelRef> refs; // of each phase
    private final List<TrainableModel> models;
    private final Optional<Path> adapter;
    private final Ancestry ancestry;
    private final RowEncoding encoding;

    private Groundwork(
            TrainSettings settings,
            List<ModelRef> refs,
            List<TrainableModel> models,
            Optional<Path> adapter,
            Ancestry ancestry,
            RowEncoding encoding) {
        this.settings = settings;
        this.refs = List.copyOf(refs);
        this.models = List.copyOf(models);
        this.adapter = adapter;
        this.ancestry = ancestry;
        this.encoding = encoding;
    }

    /**
     * The settings with the class numbers of the head that the seed model brings, which other labels are refused by; tells what is unusual
     * about them.
     *
     * @throws SottoException if the head that would be kept is one for other labels
     */
    public static TrainSettings matched(TrainSettings settings, Configuration hadoop, Console console) {
        tellWhatIsUnusual(settings, console);
        if (settings.data().target() instanceof Target.Prompted) {
            return settings;
        }
        var ref = new ModelRef(
                settings.model().uri(), settings.modelSpec(), settings.model().mode());
        return KeptHead.matched(settings, load(ref, hadoop).seed(), console);
    }

    /**
     * Opens and checks it, on this machine.
     *
     * @param settings as {@link #matched} gave them
     * @param ledger by which it is known what the seed model has learned from
     * @throws SottoException if a run could not be made of it
     */
    public static Groundwork of(
            TrainSettings settings, Optional<DataLedger> ledger, Configuration hadoop, Console console) {
        String uri = settings.model().uri();
        Verbalizer verbalizer =
                Encodings.verbalizer(settings.data().target(), () -> ModelFiles.onThisMachine(uri, hadoop));
        List<ModelRef> refs = IntStream.range(0, settings.phases().size())
                .mapToObj(phase -> new ModelRef(
                        uri,
                        settings.modelSpec(phase, verbalizer),
                        settings.model().mode()))
                .toList();
        List<TrainableModel> models =
                refs.stream().map(ref -> load(ref, hadoop)).toList();
        models.forEach(model -> check(settings, model.seed()));
        TrainableModel model = models.get(0);
        tellFixedHead(settings, model.seed(), console);
        tellPadding(model.seed(), console);
        Optional<Path> adapter = Optional.ofNullable(settings.model().peftAdapter())
                .map(folder -> ModelFiles.onThisMachine(folder, hadoop));
        initial(
                settings,
                model.seed(),
                adapter); // what is wrong with where it begins is told before anything is charged
        Ancestry ancestry = Ancestry.of(model.seed(), adapter, settings, ledger, console);
        RowEncoding encoding = Encodings.rows(
                settings.data().input(), settings.data().target(), model.seed().path());
        requireItsSize(model.seed(), encoding);
        tellShorter(settings, encoding, console);
        return new Groundwork(settings, refs, models, adapter, ancestry, encoding);
    }

    /** The model: in every phase it is given all that is trained in any, and answers alike. */
    public TrainableModel model() {
        return models.get(0);
    }

    public RowEncoding encoding() {
        return encoding;
    }

    /** How many numbers a gradient has, in the phase where it has the most. */
    int largestGradient() {
        return models.stream()
                .mapToInt(model -> model.seed().learning().size())
                .max()
                .orElseThrow();
    }

    /** Where executors find the model of each phase. */
    List<ModelRef> refs() {
        return refs;
    }

    Ancestry ancestry() {
        return ancestry;
    }

    /** The trained parameters that it begins with, {@code float[d]}. */
    public float[] initial() {
        return initial(settings, model().seed(), adapter);
    }

    /**
     * What of the gradient is clipped apart in each phase.
     *
     * @throws SottoException if the model has not what the settings would clip apart
     */
    public List<ClippingGroups> groups(Console console) {
        return IntStream.range(0, models.size())
                .mapToObj(phase ->
                        groups(settings.phases().get(phase), models.get(phase).seed(), console))
                .toList();
    }

    private static ClippingGroups groups(Phase phase, SeedModel seed, Console console) {
        Grouping asked = phase.privacy().clippingGroups();
        ClippingGroups groups = Recipes.groups(phase.privacy(), seed);
        if (groups.isJoint() && !asked.equals(Grouping.JOINT)) {
            console.say("All that learns is one group of clipping-groups: " + asked.by()
                    + ", and is clipped as a whole, as with joint.");
        }
        return groups;
    }

    /** How much a pass holds, which is measured first where that follows from memory. */
    public Microbatches.Limit limit(Console console) {
        var asked = settings.compute().limit();
        Long memory = settings.model().passMemory();
        if (memory == null) {
            return asked;
        }
        Microbatches.Limit limit = asked;
        Set<TrainableModel> unlike = new LinkedHashSet<>(models); // a phase's passes take what its method takes
        for (TrainableModel model : unlike) {
            Microbatches.Limit fitting = PassLimit.of(memory, settings.model(), model.seed(), encoding);
            limit = new Microbatches.Limit(
                    Math.min(limit.rows(), fitting.rows()), Math.min(limit.tokens(), fitting.tokens()));
        }
        console.say("Passes of at most " + limit.rows() + " rows and " + limit.tokens()
                + " tokens (of images: rows) keep within microbatch-memory.");
        return limit;
    }

    /** All of a run that is public. */
    public Phases phases(List<ClippingGroups> groups, Microbatches.Limit limit, Costs costs) {
        return new Phases(IntStream.range(0, models.size())
                .mapToObj(phase -> Recipes.of(
                        settings.phases().get(phase),
                        models.get(phase).seed(),
                        groups.get(phase),
                        limit,
                        costs.plans().get(phase)))
                .toList());
    }

    /** Everything spent on the run's table by it and by those that the seed model came from. */
    public DpEvent withSeed(DpEvent own) {
        return ancestry.with(own);
    }

    /** Ids of the runs that the seed model came from, whose cost is this table's too. */
    public List<String> seedRuns() {
        return ancestry.runs();
    }

    /**
     * All that a run would charge to its ledger: what the seed model was trained on without one, and the run.
     *
     * @param own what the run is charged
     */
    public List<Ledger.Proposal> toCharge(String runId, DpEvent own) {
        List<Ledger.Proposal> all = new ArrayList<>(ancestry.uncharged().stream()
                .map(link -> new Ledger.Proposal(link.run(), link.event(), link.terms()))
                .toList());
        all.add(new Ledger.Proposal(runId, own, RunTerms.of(settings)));
        return all;
    }

    private static void tellWhatIsUnusual(TrainSettings settings, Console console) {
        if (settings.privacy().noise() instanceof PrivacySettings.Noise.Target target
                && target.epsilon() > PrivacySettings.WEAK_EPSILON) {
            console.say("WARNING: epsilon " + Texts.number(target.epsilon()) + " is above "
                    + Texts.number(PrivacySettings.WEAK_EPSILON)
                    + " and promises little. 1 is strong, 3 usual, 8 weak.");
        }
    }

    private static TrainableModel load(ModelRef ref, Configuration hadoop) {
        try {
            return ExecutorModel.forThisJvm(ref, hadoop);
        } catch (ModelException unusable) {
            throw SottoException.of(ExitCode.MODEL, unusable);
        }
    }

    /** What would be paid for and give nothing, or something else than was meant. */
    private static void check(TrainSettings settings, SeedModel seed) {
        try {
            seed.check();
            if (settings.model().newHead()) {
                seed.requireExchangeableHead();
            }
        } catch (ModelException unusable) {
            throw SottoException.of(ExitCode.MODEL, unusable);
        }
    }

    /** Images of another size than the model's, and texts for which a prefix leaves no room, are refused here, rather than by the first step. */
    private static void requireItsSize(SeedModel seed, RowEncoding encoding) {
        try {
            if (encoding instanceof RowEncoding.Image images) {
                ImageSettings size = images.settings();
                seed.requireImages(ImageSettings.CHANNELS, size.height(), size.width());
            } else {
                seed.requireRoom(encoding.layout().longest());
            }
        } catch (ModelException unusable) {
            throw SottoException.of(ExitCode.MODEL, unusable);
        }
    }

    private static float[] initial(TrainSettings settings, SeedModel seed, Optional<Path> adapter) {
        try {
            return adapter.map(folder -> PeftAdapter.read(folder, seed))
                    .orElseGet(() -> settings.model().newHead() ? seed.initialWithNewHead() : seed.initial());
        } catch (ModelException unusable) {
            throw SottoException.of(ExitCode.MODEL, unusable);
        }
    }

    private static void tellFixedHead(TrainSettings settings, SeedModel seed, Console console) {
        if (seed.leavesNewHead()) {
            console.say("WARNING: the head begins anew, and its weights do not learn with what --train chooses ("
                    + settings.phases().stream()
                            .map(phase -> phase.trained().words())
                            .collect(Collectors.joining("; then "))
                    + "): they stay as they begin, by chance. Choose biases+head.");
        }
    }

    private static void tellPadding(SeedModel seed, Console console) {
        seed.padTokenOfKeptHead()
                .ifPresent(
                        pad -> console.say(
                                "WARNING: the seed's head has answered without a padding token, and batches in Python need one: the export"
                                        + " names "
                                        + (pad.text().isEmpty() ? "token " + pad.id() : pad.text())
                                        + ". Of a text that itself ends with it who loads the export reads the token before, and training"
                                        + " reads the last. If texts end so, name another as pad_token_id in the seed's config.json."));
    }

    /** A model that reads less than was asked for: rows are cut to that. */
    private static void tellShorter(TrainSettings settings, RowEncoding encoding, Console console) {
        Input input = settings.data().input();
        int asked = input instanceof Input.Text text
                ? text.maxLength()
                : input instanceof Input.Words words ? words.maxLength() : 0;
        int longest = encoding.layout().longest();
        if (longest < asked) {
            console.say("WARNING: max-length is " + asked + ", and the model reads at most " + longest
                    + " tokens: rows are cut to these.");
        }
    }
}
