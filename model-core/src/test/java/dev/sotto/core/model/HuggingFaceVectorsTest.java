package dev.sotto.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class HuggingFaceVectorsTest {
    private static final double TOLERANCE = 1e-5;

    static Stream<Arguments> checkpoints() {
        return Stream.of("bert_cls", "roberta_cls", "bert_regression")
                .flatMap(name -> Stream.of(Trained.values()).map(trained -> Arguments.of(name, trained)));
    }

    private static TrainableModel load(Reference reference, Trained trained) {
        int outputs = reference.doubles("logits").length / reference.doubles("label").length;
        return TrainableModel.load(
                reference.folder(),
                new ModelSpec(outputs == 1 ? Task.REGRESSION : Task.CLASSIFICATION, outputs, trained));
    }

    @ParameterizedTest
    @MethodSource("checkpoints")
    void logitsAndLosses_equalTheReference(String name, Trained trained) {
        Reference reference = Reference.of(name);
        try (TrainableModel model = load(reference, trained)) {
            assertClose(model.logits(reference.batch(), model.initial()), reference.doubles("logits"));
            assertClose(model.losses(reference.batch(), model.initial()), reference.doubles("loss_per_sample"));
        }
    }

    @ParameterizedTest
    @MethodSource("checkpoints")
    void gradients_equalTheReferenceTensorByTensor(String name, Trained trained) {
        Reference reference = Reference.of(name);
        try (TrainableModel model = load(reference, trained)) {
            float[] gradients = model.gradients(reference.batch(), model.initial());
            int rows = reference.batch().rows();
            int d = model.layout().size();
            assertThat(gradients).hasSize(rows * d);
            for (BiasLayout.Entry entry : model.layout().entries()) {
                float[] actual = new float[rows * entry.size()];
                for (int row = 0; row < rows; row++) {
                    System.arraycopy(gradients, row * d + entry.offset(), actual, row * entry.size(), entry.size());
                }
                if (entry.name().endsWith(".key.bias")) { // zero by the mathematics of softmax: rounding is left
                    assertThat(actual).usingComparatorWithPrecision(1e-7f).containsOnly(0f);
                } else {
                    assertClose(actual, reference.doubles("grad_sample/" + entry.name()));
                }
            }
        }
    }

    /** Close relative to the tensor's largest value. */
    private static void assertClose(float[] actual, double[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        double largest = 0;
        for (double value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        double difference = 0;
        for (int i = 0; i < expected.length; i++) {
            difference = Math.max(difference, Math.abs(actual[i] - expected[i]));
        }
        assertThat(difference / largest).isCloseTo(0, within(TOLERANCE));
    }
}
