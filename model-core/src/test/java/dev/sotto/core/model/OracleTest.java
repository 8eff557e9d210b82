package dev.sotto.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.sotto.core.batch.Batch;
import dev.sotto.core.batch.ImageBatch;
import dev.sotto.core.batch.TokenBatch;
import dev.sotto.core.check.ReferenceFile;
import dev.sotto.core.engine.DoubleModule;
import dev.sotto.core.engine.SafetensorsWriter;
import dev.sotto.core.family.ModelSource;
import dev.sotto.core.family.Task;
import dev.sotto.core.folder.Slot;
import dev.sotto.core.method.BiasLayout;
import dev.sotto.core.method.Trained;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every family's script, in 64-bit floats, next to a second implementation that shares nothing with it: plain arrays, one row
 * at a time, no batch axis, no masks; its gradients are those of one loss by the shared parameters.
 */
class OracleTest {
    private static final double TOLERANCE = 1e-9;

    @TempDir
    Path temporary;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hf/bert_cls",
                "hf/bert_regression",
                "hf/roberta_cls",
                "hf-small/roberta_tokencls",
                "hf-small/bert_prompt",
                "hf-small/roberta_prompt",
                "hf-small/distilbert_multi",
                "hf-small/albert_shared",
                "hf-small/gpt2_cls",
                "hf-small/gpt2_lm",
                "hf-small/llama_cls",
                "hf-small/llama_tied",
                "hf/vit_cls",
                "hf-small/vit_odd_edges",
                "hf-small/vit_no_qkv_bias",
                "hf/deit_cls",
                "hf-small/deit_teacher",
                "hf/beit_cls",
                "hf/beit_sharedrel_abs",
                "hf-small/beit_both_biases",
                "hf-small/beit_first_token",
                "hf/resnet_basic",
                "hf/resnet_bottleneck",
                "hf-small/resnet_early",
                "hf-small/resnet_gelu"
            })
    void script_agreesWithTheOracle(String name) throws IOException, URISyntaxException {
        Path folder = Path.of(OracleTest.class.getResource("/vectors/" + name).toURI());
        Batch batch;
        try (ReferenceFile reference = ReferenceFile.open(folder.resolve("expected.safetensors"))) {
            batch = reference.batch();
        }
        check(folder, batch);
    }

    /** SqueezeNet has no small checkpoint: one is made, with two outputs of each kind of layer. */
    @ParameterizedTest
    @ValueSource(ints = {3, 7})
    void squeezeNetsScript_agreesWithTheOracle(int firstKernel) throws IOException {
        var random = new Random(firstKernel);
        List<SafetensorsWriter.Content> contents = new ArrayList<>();
        convolution(contents, "features.0", 3, 3, firstKernel, random);
        List<Integer> pools = firstKernel == 7 ? List.of(2, 6, 11) : List.of(2, 5, 8);
        int channels = 3;
        for (int i = 2; i < 13; i++) {
            if (!pools.contains(i)) {
                convolution(contents, "features." + i + ".squeeze", 3, channels, 1, random);
                convolution(contents, "features." + i + ".expand1x1", 2, 3, 1, random);
                convolution(contents, "features." + i + ".expand3x3", 2, 3, 3, random);
                channels = 4;
            }
        }
        convolution(contents, "classifier.1", 4, channels, 1, random);
        SafetensorsWriter.write(temporary.resolve("model.safetensors"), Map.of(), contents);
        Files.writeString(temporary.resolve("config.json"), "{\"model_type\": \"squeezenet\"}");
        float[] pixels = new float[2 * 3 * 37 * 40];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (float) random.nextGaussian();
        }
        check(temporary, new ImageBatch(2, 3, 37, 40, pixels, new float[] {3, 0}));
    }

    private static void convolution(
            List<SafetensorsWriter.Content> contents, String name, int out, int in, int kernel, Random random) {
        float[] weight = new float[out * in * kernel * kernel];
        for (int i = 0; i < weight.length; i++) {
            weight[i] = (float) (random.nextGaussian() * Math.sqrt(2.0 / (in * kernel * kernel)));
        }
        float[] bias = new float[out];
        for (int i = 0; i < out; i++) {
            bias[i] = (float) (0.5 + 0.2 * random.nextGaussian());
        }
        contents.add(SafetensorsWriter.Content.floats(name + ".weight", List.of(out, in, kernel, kernel), weight));
        contents.add(SafetensorsWriter.Content.floats(name + ".bias", List.of(out), bias));
    }

    private static void check(Path folder, Batch batch) throws IOException {
        Trained trained = Trained.BIASES_AND_HEAD.withKeyBiases().withAddedBiases();
        try (SeedModel seed = SeedModel.open(folder, SavedModel.spec(folder, trained))) {
            double[] initial = doubles(FloatBuffer.wrap(seed.initial()));
            try (DoubleModule module = compiled(seed)) {
                double[] logits = module.call("logits", initial, scope -> inputs(batch, scope), scope -> List.of());
                double[] gradients = module.call(
                        "gradients",
                        initial,
                        scope -> inputs(batch, scope),
                        scope -> List.of(labels(seed.spec().task(), batch, scope)));
                int width = seed.layout().size();
                assertThat(gradients).hasSize(batch.rows() * width);
                assertNear(
                        module.call(
                                "recomputed_gradients",
                                initial,
                                scope -> inputs(batch, scope),
                                scope -> List.of(labels(seed.spec().task(), batch, scope))),
                        gradients);
                for (int row = 0; row < batch.rows(); row++) {
                    Answer expected = oracle(folder, seed, batch, row);
                    int size = logits.length / batch.rows();
                    assertNear(
                            Arrays.copyOfRange(logits, row * size, row * size + expected.logits.length),
                            expected.logits);
                    assertNear(Arrays.copyOfRange(gradients, row * width, (row + 1) * width), expected.gradient);
                }
            }
        }
    }

    private static DoubleModule compiled(SeedModel seed) throws IOException {
        List<String> bodies = seed.architecture().resources().stream()
                .map(ModelSource::resource)
                .toList();
        var module = new DoubleModule(ModelSource.archive(
                bodies,
                seed.architecture().constants(),
                seed.spec(),
                seed.layout(),
                seed.layout().entries().stream().map(BiasLayout.Entry::name).toList(),
                Device.cpu()));
        for (Slot slot : seed.frozenSlots()) {
            module.addWeight(slot.name(), doubles(seed.weight(slot).asFloatBuffer()), slot.shape());
        }
        return module;
    }

    private static List<NDArray> inputs(Batch batch, NDManager scope) {
        if (batch instanceof ImageBatch images) {
            return List.of(scope.create(
                    doubles(FloatBuffer.wrap(images.pixels())),
                    new Shape(images.rows(), images.channels(), images.height(), images.width())));
        }
        TokenBatch tokens = (TokenBatch) batch;
        var shape = new Shape(tokens.rows(), tokens.length());
        return List.of(
                scope.create(tokens.ids(), shape),
                scope.create(tokens.mask(), shape),
                scope.create(tokens.typeIds(), shape));
    }

    private static NDArray labels(Task task, Batch batch, NDManager scope) {
        double[] labels = doubles(FloatBuffer.wrap(batch.labels()));
        long[] indices = Arrays.stream(labels).mapToLong(label -> (long) label).toArray();
        return switch (task) {
            case CLASSIFICATION, MASKED_PROMPT -> scope.create(indices);
            case TOKEN_CLASSIFICATION, CAUSAL_LM ->
                scope.create(indices, new Shape(batch.rows(), indices.length / batch.rows()));
            case MULTI_LABEL, REGRESSION -> scope.create(labels, new Shape(batch.rows(), labels.length / batch.rows()));
        };
    }

    /** What one row gives: logits, and the gradient of its loss by the flat vector. */
    private static final class Answer {
        private final double[] logits;
        private final double[] gradient;

        private Answer(double[] logits, double[] gradient) {
            this.logits = logits;
            this.gradient = gradient;
        }
    }

    private static Answer oracle(Path folder, SeedModel seed, Batch batch, int row) throws IOException {
        JsonObject config = JsonParser.parseString(Files.readString(folder.resolve("config.json")))
                .getAsJsonObject();
        try (PtNDManager scope = DoubleModule.newManager()) {
            Map<String, NDArray> p = new LinkedHashMap<>();
            for (Slot slot : seed.architecture().slots()) {
                NDArray value = scope.create(
                        doubles(seed.weight(slot).asFloatBuffer()),
                        new Shape(slot.shape().stream().mapToLong(i -> i).toArray()));
                value.setRequiresGradient(seed.layout().find(slot.name()).isPresent());
                p.put(slot.name(), value);
            }
            var math = new OracleMath(scope, p, config);
            NDArray logits = logits(math, seed, batch, row);
            NDArray loss = loss(seed.spec().task(), logits, ownLabels(batch, row));
            JniUtils.backward((PtNDArray) loss, (PtNDArray) scope.create(1.0), false, false);
            List<double[]> parts = seed.layout().entries().stream()
                    .map(entry -> p.get(entry.name()).getGradient().toDoubleArray())
                    .toList();
            return new Answer(
                    logits.toDoubleArray(),
                    parts.stream().flatMapToDouble(Arrays::stream).toArray());
        }
    }

    private static NDArray logits(OracleMath math, SeedModel seed, Batch batch, int row) {
        if (batch instanceof TokenBatch tokens) {
            int length = length(tokens, row);
            int begin = row * tokens.length();
            int[] ids = Arrays.copyOfRange(tokens.ids(), begin, begin + length);
            int[] types = Arrays.copyOfRange(tokens.typeIds(), begin, begin + length);
            Task task = seed.spec().task();
            return switch (seed.family()) {
                case "gpt2", "llama" -> new DecoderOracle(math).logits(ids, task);
                default -> new EncoderOracle(math).logits(ids, types, task);
            };
        }
        ImageBatch images = (ImageBatch) batch;
        int size = images.pixels().length / images.rows();
        NDArray image = math.create(
                doubles(FloatBuffer.wrap(images.pixels(), row * size, size)),
                images.channels(),
                images.height(),
                images.width());
        return switch (seed.family()) {
            case "resnet" -> new ConvolutionOracle(math).resNet(image);
            case "squeezenet" ->
                new ConvolutionOracle(math)
                        .squeezeNet(
                                image,
                                math.at("features.0.weight").getShape().get(2) == 7
                                        ? List.of(2, 6, 11)
                                        : List.of(2, 5, 8));
            default -> new PatchOracle(math).logits(image);
        };
    }

    /** How many tokens come before the padding. */
    private static int length(TokenBatch tokens, int row) {
        return Arrays.stream(tokens.mask(), row * tokens.length(), (row + 1) * tokens.length())
                .sum();
    }

    /** One row's labels: those of its tokens alone, where there are tokens to label. */
    private static double[] ownLabels(Batch batch, int row) {
        int width = batch.labels().length / batch.rows();
        int own = batch instanceof TokenBatch tokens && width == tokens.length() ? length(tokens, row) : width;
        return doubles(FloatBuffer.wrap(batch.labels(), row * width, own));
    }

    private static NDArray loss(Task task, NDArray logits, double[] labels) {
        return switch (task) {
            case CLASSIFICATION, MASKED_PROMPT -> surprise(logits, (int) labels[0]);
            case REGRESSION ->
                logits.sub(logits.getManager().create(labels)).square().mean();
            case MULTI_LABEL -> {
                NDArray signs = logits.getManager()
                        .create(Arrays.stream(labels)
                                .map(label -> 1 - 2 * label)
                                .toArray());
                yield logits.mul(signs).exp().add(1).log().mean();
            }
            case TOKEN_CLASSIFICATION -> meanSurprise(logits, labels, 0);
            case CAUSAL_LM -> meanSurprise(logits, labels, 1);
        };
    }

    /** The mean over labelled tokens, of which each is to be said {@code later} tokens earlier. */
    private static NDArray meanSurprise(NDArray logits, double[] labels, int later) {
        List<NDArray> losses = IntStream.range(later, labels.length)
                .filter(i -> labels[i] >= 0)
                .mapToObj(i -> surprise(logits.get(i - later), (int) labels[i]))
                .collect(Collectors.toList());
        NDArray none = OracleMath.times(logits.sum(), 0);
        return OracleMath.times(losses.stream().reduce(none, NDArray::add), 1.0 / Math.max(1, losses.size()));
    }

    /** Cross entropy: the logarithm of the sum of exponentials, less the class's own score. */
    private static NDArray surprise(NDArray logits, int label) {
        return logits.exp().sum().log().sub(logits.get(label));
    }

    private static double[] doubles(FloatBuffer values) {
        double[] doubles = new double[values.remaining()];
        for (int i = 0; i < doubles.length; i++) {
            doubles[i] = values.get();
        }
        return doubles;
    }

    private static void assertNear(double[] actual, double[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
        double difference = 0;
        for (int i = 0; i < actual.length; i++) {
            assertThat(actual[i]).isFinite();
            difference = Math.max(difference, Math.abs(actual[i] - expected[i]));
        }
        assertThat(difference).isLessThanOrEqualTo(TOLERANCE * largest);
    }
}
