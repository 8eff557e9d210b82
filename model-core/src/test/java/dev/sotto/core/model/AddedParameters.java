package dev.sotto.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import dev.sotto.core.batch.Batch;
import dev.sotto.core.check.ReferenceFile;
import dev.sotto.core.checkpoint.BiasDelta;
import dev.sotto.core.checkpoint.ModelExport;
import dev.sotto.core.engine.Safetensors;
import dev.sotto.core.method.BiasLayout;
import dev.sotto.core.method.Trained;
import dev.sotto.core.pass.ComputeMode;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** What holds of whatever is added to a model's maps and trained. */
final class AddedParameters {
    private static final long SEED = 20_261_201;

    private AddedParameters() {}

    static Path checkpoint(String name) throws URISyntaxException {
        return Path.of(AddedParameters.class.getResource("/vectors/" + name).toURI());
    }

    static TrainableModel load(Path folder, Trained trained) {
        return TrainableModel.load(folder, SavedModel.spec(folder, trained));
    }

    static SeedModel open(Path folder, Trained trained) {
        return SeedModel.open(folder, SavedModel.spec(folder, trained));
    }

    /** The model folder of a run that ended with these numbers. */
    static void export(SeedModel seed, float[] trained, Path target) throws IOException {
        List<String> labels = IntStream.range(0, seed.spec().outputs())
                .mapToObj(i -> "label" + i)
                .toList();
        ModelExport.write(seed, trained, labels, target);
    }

    static Batch batch(Path folder) {
        try (ReferenceFile reference = ReferenceFile.open(folder.resolve("expected.safetensors"))) {
            return reference.batch();
        }
    }

    /** With every number away from where it begins. */
    static float[] moved(float[] initial) {
        Random random = new Random(SEED);
        float[] trained = initial.clone();
        for (int i = 0; i < trained.length; i++) {
            trained[i] += (float) (0.1 * random.nextGaussian());
        }
        return trained;
    }

    /** Outputs are the seed's before the first step; then a row's gradient is its own, recomputed or not, and each parameter has one. */
    static void assertBeginsAsNothing_andKeepsRowsApart(Path seed, Trained trained, TrainableModel model) {
        Batch batch = batch(seed);
        try (TrainableModel plain = load(seed, Trained.BIASES_AND_HEAD.withAddedBiases())) {
            assertThat(model.logits(batch, model.initial()))
                    .as("before the first step")
                    .isEqualTo(plain.logits(batch, plain.initial()));
        }
        assertKeepsRowsApart(seed, trained, model);
    }

    /** A row's gradient is its own, recomputed or not, and each parameter has one. */
    static void assertKeepsRowsApart(Path seed, Trained trained, TrainableModel model) {
        Batch batch = batch(seed);
        float[] moved = moved(model.initial());
        float[] gradients = model.gradients(batch, moved);
        FloatBuffer alone = FloatBuffer.allocate(gradients.length);
        for (int row = 0; row < batch.rows(); row++) {
            alone.put(model.gradients(batch.only(row), moved));
        }
        Close.assertRelative(alone.array(), gradients, Rounding.tolerance(model.seed(), batch));
        try (TrainableModel recomputed = TrainableModel.load(
                seed,
                SavedModel.spec(seed, trained),
                Device.cpu(),
                new ComputeMode(true, ComputeMode.Precision.FLOAT32))) {
            assertThat(recomputed.gradients(batch, moved)).isEqualTo(gradients);
        }
        for (BiasLayout.Entry entry : model.layout().entries()) {
            float[] of = Arrays.copyOfRange(gradients, entry.offset(), entry.offset() + entry.size());
            assertThat(IntStream.range(0, of.length).anyMatch(i -> of[i] != 0))
                    .as(entry.name())
                    .isTrue();
        }
    }

    /** Eight bits of fraction a number, and a few layers: some percent of the gradient's norm. */
    static void assertBfloat16IsNear(Path seed, Trained trained) {
        Batch batch = batch(seed);
        try (TrainableModel usual = load(seed, trained);
                TrainableModel narrow = TrainableModel.load(
                        seed,
                        SavedModel.spec(seed, trained),
                        Device.cpu(),
                        new ComputeMode(false, ComputeMode.Precision.BFLOAT16))) {
            float[] moved = moved(usual.initial());
            float[] expected = usual.gradients(batch, moved);
            float[] found = narrow.gradients(batch, moved);
            assertThat(found).isNotEqualTo(expected);
            double[] difference = IntStream.range(0, found.length)
                    .mapToDouble(i -> found[i] - expected[i])
                    .toArray();
            double[] whole = IntStream.range(0, found.length)
                    .mapToDouble(i -> expected[i])
                    .toArray();
            assertThat(norm(difference)).isLessThan(0.04 * norm(whole));
        }
    }

    private static double norm(double[] values) {
        return Math.sqrt(Arrays.stream(values).map(value -> value * value).sum());
    }

    /** Logits and gradients of single rows are those of a file with {@code value/...}, {@code logits} and {@code gradient/...}. */
    static void assertIsTheReference(Path reference, TrainableModel model, Batch batch) throws IOException {
        try (Safetensors expected = Safetensors.open(reference)) {
            int d = model.layout().size();
            float[] trained = new float[d];
            double[] gradients = new double[batch.rows() * d];
            for (BiasLayout.Entry entry : model.layout().entries()) {
                System.arraycopy(expected.floats("value/" + entry.name()), 0, trained, entry.offset(), entry.size());
                double[] rows = expected.doubles("gradient/" + entry.name());
                for (int row = 0; row < batch.rows(); row++) {
                    System.arraycopy(rows, row * entry.size(), gradients, row * d + entry.offset(), entry.size());
                }
            }
            assertThat(expected.tensors().keySet().stream().filter(key -> key.startsWith("value/")))
                    .hasSameSizeAs(model.layout().entries());
            Close.assertRelative(model.logits(batch, trained), expected.doubles("logits"), 1e-5);
            Close.assertRelative(model.gradients(batch, trained), gradients, 1e-5);
        }
    }

    /** A model whose numbers have moved is read from its folder as it was. */
    static void assertComesBackFromItsFolder(TrainableModel model, Trained trained, Batch batch, Path folder)
            throws IOException {
        float[] moved = moved(model.initial());
        export(model.seed(), moved, folder);
        try (TrainableModel again = load(folder, trained)) {
            assertThat(again.initial()).isEqualTo(moved);
            assertThat(again.logits(batch, moved)).isEqualTo(model.logits(batch, moved));
        }
    }

    /** What was added is computed of such a folder though it does not learn. */
    static void assertIsThereWithoutLearning(TrainableModel model, Batch batch, Path folder) {
        float[] moved = moved(model.initial());
        try (TrainableModel frozen = load(folder, Trained.BIASES_AND_HEAD)) {
            Close.assertRelative(
                    frozen.logits(batch, frozen.initial()),
                    model.logits(batch, moved),
                    Rounding.tolerance(model.seed(), batch));
        }
    }

    /** A delta says of itself what learned. */
    static void assertDeltaIsPutOnItsSeed(Path folder, Trained trained, Path delta) throws IOException {
        try (SeedModel seed = open(folder, trained)) {
            float[] moved = moved(seed.initial());
            BiasDelta.write(seed, moved, List.of("a", "b"), delta);
            assertThat(BiasDelta.purpose(delta).spec()).isEqualTo(seed.spec());
            try (SeedModel again =
                    SeedModel.open(folder, BiasDelta.purpose(delta).spec())) {
                assertThat(BiasDelta.read(delta, again)).isEqualTo(moved);
            }
        }
    }
}
