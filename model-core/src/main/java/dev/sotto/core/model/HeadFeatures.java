package dev.sotto.core.model;

import dev.sotto.core.batch.Batch;
import dev.sotto.core.batch.FeatureBatch;
import dev.sotto.core.engine.Argument;
import dev.sotto.core.engine.Floats;
import dev.sotto.core.family.Task;
import dev.sotto.core.pass.EqualBits;
import dev.sotto.core.train.FeatureModel;
import java.util.stream.IntStream;

/** What the head of a model is given, for a head that is trained alone (linear probing). */
final class HeadFeatures implements FeatureModel {
    private final SeedModel seed;
    private final GradientModule module;
    private final float[] initial; // of the head, which nothing before it reads
    private final EqualBits equalBits;

    HeadFeatures(SeedModel seed, GradientModule module) {
        this.seed = seed;
        this.module = module;
        this.initial = seed.initial();
        this.equalBits = EqualBits.of(
                seed.architecture().slots(), noise -> computed(noise).values());
    }

    /** NaN for a row that the model cannot take. */
    @Override
    public FeatureBatch features(Batch batch) {
        Floats computed = computed(batch);
        float[] values =
                TrainableModel.withoutRows(seed.architecture().unusableRows(batch), computed.values(), batch.rows());
        return new FeatureBatch(
                batch.rows(), computed.shape().subList(1, computed.shape().size()), values, batch.labels());
    }

    private Floats computed(Batch batch) {
        return module.features(initial, seed.architecture().inputs(batch));
    }

    /** The features as the script takes them, {@code [rows, ...]}. */
    static Argument argument(FeatureBatch batch) {
        long[] shape = IntStream.concat(
                        IntStream.of(batch.rows()), batch.rowShape().stream().mapToInt(Integer::intValue))
                .asLongStream()
                .toArray();
        return Argument.of(batch.features(), shape);
    }

    @Override
    public boolean isPerToken() {
        return seed.spec().task() == Task.TOKEN_CLASSIFICATION;
    }

    @Override
    public int rowsTogether(Batch like, int waiting, int most) {
        return equalBits.rowsTogether(like, waiting, most);
    }

    @Override
    public boolean tooLarge(Batch like, int rows) {
        return equalBits.tooLarge(like, rows);
    }
}
