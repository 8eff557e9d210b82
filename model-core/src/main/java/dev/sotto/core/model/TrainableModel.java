package dev.sotto.core.model;

import ai.djl.Device;
import dev.sotto.core.batch.Batch;
import dev.sotto.core.batch.FeatureBatch;
import dev.sotto.core.batch.ImageBatch;
import dev.sotto.core.batch.TokenBatch;
import dev.sotto.core.engine.Argument;
import dev.sotto.core.engine.DeviceMemoryException;
import dev.sotto.core.family.ModelSpec;
import dev.sotto.core.family.Task;
import dev.sotto.core.folder.ModelException;
import dev.sotto.core.method.BiasLayout;
import dev.sotto.core.pass.ComputeMode;
import dev.sotto.core.pass.EqualBits;
import dev.sotto.core.train.FeatureModel;
import dev.sotto.core.train.GradientModel;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A seed model made ready to train: arrays in, arrays out. One is loaded per JVM and shared by its threads.
 *
 * <p>What is trained is one flat vector laid out by {@link #layout()}; it is given to every call, so the model itself
 * holds no state that training changes.
 */
public final class TrainableModel implements GradientModel, AutoCloseable {
    private final SeedModel seed;
    private final GradientModule module;
    private final ComputeMode mode;
    private final EqualBits equalBits;
    private final Optional<FeatureModel> features;

    private TrainableModel(SeedModel seed, GradientModule module, ComputeMode mode) {
        this.seed = seed;
        this.module = module;
        this.mode = mode;
        float[] aside = RowProbe.aside(seed.initial());
        this.equalBits = EqualBits.of(seed.architecture().slots(), noise -> computed(noise, aside));
        this.features = seed.trainsHeadAlone() ? Optional.of(new HeadFeatures(seed, module)) : Optional.empty();
    }

    /** Loads a Hugging Face folder on the CPU. */
    public static TrainableModel load(Path folder, ModelSpec spec) {
        return load(folder, spec, Device.cpu());
    }

    /** Loads a Hugging Face folder, to be computed in the usual way. */
    public static TrainableModel load(Path folder, ModelSpec spec, Device device) {
        return load(folder, spec, device, ComputeMode.USUAL);
    }

    /**
     * Loads a Hugging Face folder.
     *
     * @throws ModelException if the folder cannot be trained, before anything is computed
     */
    public static TrainableModel load(Path folder, ModelSpec spec, Device device, ComputeMode mode) {
        SeedModel seed = SeedModel.open(folder, spec);
        try {
            requireBuilt(seed, mode);
            return new TrainableModel(
                    seed,
                    seed.architecture().isForeign()
                            ? tried(seed, device)
                            : GradientModule.of(seed, device, mode.precision(), List.of()),
                    mode);
        } catch (RuntimeException e) {
            seed.close();
            throw e;
        }
    }

    /** Whether a model can be computed so. */
    private static void requireBuilt(SeedModel seed, ComputeMode mode) {
        if (!mode.equals(ComputeMode.USUAL) && seed.architecture().isForeign()) {
            throw new ModelException.Unsupported(
                    "The model in " + seed.path() + " is a TorchScript archive, whose layers and"
                            + " number types are its own: it is computed as it is written. Leave out recompute and precision; smaller"
                            + " microbatches save memory, too.");
        }
    }

    private static GradientModule tried(SeedModel seed, Device device) {
        GradientModule module = RowProbe.compiled(seed, device);
        try {
            RowProbe.check(seed, module, device);
            return module;
        } catch (RuntimeException e) {
            module.close();
            throw e;
        }
    }

    /**
     * A row that means nothing, of which {@link Batch#noise} makes others.
     *
     * @param rowShape tokens, or channels, height and width of an image
     */
    public Batch madeUp(List<Integer> rowShape) {
        var labels = new float[seed.labels().ofRow(rowShape)];
        if (rowShape.size() == 1) {
            int length = rowShape.get(0);
            return new TokenBatch(1, length, new int[length], new int[length], new int[length], labels);
        }
        int pixels = rowShape.stream().reduce(1, Math::multiplyExact);
        return new ImageBatch(1, rowShape.get(0), rowShape.get(1), rowShape.get(2), new float[pixels], labels);
    }

    /** The same model as one whose head alone is trained, if that is so. */
    public Optional<FeatureModel> features() {
        return features;
    }

    /** The folder it was loaded from, matched with its configuration. */
    public SeedModel seed() {
        return seed;
    }

    /** Where each trained parameter lies in the flat vector. */
    public BiasLayout layout() {
        return seed.layout();
    }

    @Override
    public int dimension(float[] trained) {
        return seed.learning().size();
    }

    /** The seed model's values of the trained parameters, {@code float[d]}, a fresh copy. */
    public float[] initial() {
        return seed.initial();
    }

    /**
     * What the model says, row-major: unnormalised scores, or the predicted number, {@code float[rows * outputs]}; where tokens are
     * labelled, scores for each, {@code float[rows * length * classes]}.
     */
    public float[] logits(Batch batch, float[] trained) {
        checked(trained);
        float[] logits =
                quietly(() -> module.logits(trained, seed.architecture().inputs(batch)));
        return withoutRows(seed.architecture().unusableRows(batch), logits, batch.rows());
    }

    /**
     * Scores of the token that follows each row, {@code float[rows * vocabulary]}, row-major: unnormalised.
     *
     * @throws IllegalStateException if the model is no language model
     */
    public float[] following(Batch batch, float[] trained) {
        if (seed.spec().task() != Task.CAUSAL_LM) {
            throw new IllegalStateException(
                    "The model is loaded for " + seed.spec().task()
                            + ", which says nothing of the next token. Load it for " + Task.CAUSAL_LM + ".");
        }
        float[] scores = module.following(checked(trained), seed.architecture().inputs(batch));
        return withoutRows(seed.architecture().unusableRows(batch), scores, batch.rows());
    }

    /** Loss of each row, {@code float[rows]}; NaN for a row that the model cannot take. */
    public float[] losses(Batch batch, float[] trained) {
        checked(trained);
        float[] losses = quietly(() -> module.losses(
                trained, seed.architecture().inputs(batch), seed.labels().argument(batch)));
        return withoutRows(unusableRows(batch), losses, batch.rows());
    }

    /**
     * Gradient of each row's own loss, {@code float[rows * d]}, row-major; NaN for a row that the model cannot take.
     * One row's values never depend on the other rows of the batch (beyond rounding; in passes of
     * {@link #rowsTogether} rows not even by that).
     */
    @Override
    public float[] gradients(Batch batch, float[] trained) {
        return withoutRows(unusableRows(batch), computed(batch, checked(trained)), batch.rows());
    }

    @Override
    public int rowsTogether(Batch like, int waiting, int most) {
        return equalBits.rowsTogether(like, waiting, most);
    }

    @Override
    public boolean tooLarge(Batch like, int rows) {
        return equalBits.tooLarge(like, rows);
    }

    private float[] computed(Batch batch, float[] trained) {
        if (seed.architecture().isOneByOne() && batch.rows() > 1) {
            FloatBuffer all = FloatBuffer.allocate(Math.multiplyExact(batch.rows(), dimension(trained)));
            for (int row = 0; row < batch.rows(); row++) {
                all.put(computed(batch.only(row), trained));
            }
            return all.array();
        }
        return quietly(() -> module.gradients(
                function(batch), trained, inputs(batch), seed.labels().argument(batch)));
    }

    private String function(Batch batch) {
        return batch instanceof FeatureBatch
                ? "head_gradients"
                : mode.recompute() ? "recomputed_gradients" : "gradients";
    }

    private List<Argument> inputs(Batch batch) {
        return batch instanceof FeatureBatch features
                ? List.of(HeadFeatures.argument(features))
                : seed.architecture().inputs(batch);
    }

    /** Code that was written elsewhere may put what it computes into its errors, which end up in logs: they are withheld. */
    private float[] quietly(Supplier<float[]> computation) {
        if (!seed.architecture().isForeign()) {
            return computation.get();
        }
        try {
            return computation.get();
        } catch (DeviceMemoryException tooLarge) {
            throw new DeviceMemoryException(withheld());
        } catch (RuntimeException failed) {
            throw withheld();
        }
    }

    private IllegalStateException withheld() {
        return new IllegalStateException(
                "The code of the archive in " + seed.path() + " failed on a batch. What it said may"
                        + " hold private values and is not repeated. Try it on public rows: sotto evaluate, or in Python.");
    }

    private float[] checked(float[] trained) {
        if (trained.length != layout().size()) {
            throw new IllegalArgumentException("Got " + trained.length + " trained parameters, the model has "
                    + layout().size() + ": they are of another model or another choice of what is trained.");
        }
        return trained;
    }

    private BitSet unusableRows(Batch batch) {
        BitSet unusable = batch instanceof FeatureBatch
                ? new BitSet() // their features are NaN already
                : seed.architecture().unusableRows(batch);
        unusable.or(seed.labels().unusableRows(batch));
        return unusable;
    }

    /** Makes the values of some rows NaN: what the script gave for their replaced inputs means nothing. */
    static float[] withoutRows(BitSet unusable, float[] values, int rows) {
        int width = values.length / rows;
        unusable.stream().forEach(row -> Arrays.fill(values, row * width, (row + 1) * width, Float.NaN));
        return values;
    }

    /** Waits for what is being computed, then frees the model's memory and unmaps its weights, in this order. */
    @Override
    public void close() {
        module.close();
        seed.close();
    }
}
