package dev.sotto.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.core.method.BiasLayout;
import dev.sotto.core.method.Trained;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class HuggingFaceVectorsTest {
    static Stream<Arguments> checkpoints() {
        return Stream.of(
                        "bert_cls",
                        "roberta_cls",
                        "bert_regression",
                        "vit_cls",
                        "deit_cls",
                        "beit_cls",
                        "beit_sharedrel_abs",
                        "resnet_basic",
                        "resnet_bottleneck")
                .flatMap(name -> Stream.of(Trained.BIASES_AND_HEAD.withKeyBiases(), Trained.HEAD, Trained.BIASES)
                        .map(trained -> Arguments.of(name, trained)));
    }

    private static TrainableModel load(Reference reference, Trained trained) {
        return TrainableModel.load(reference.folder(), reference.spec(trained));
    }

    @ParameterizedTest
    @MethodSource("checkpoints")
    void logitsAndLosses_equalTheReference(String name, Trained trained) {
        Reference reference = Reference.of(name);
        try (TrainableModel model = load(reference, trained)) {
            double rounding = Rounding.tolerance(model.seed(), reference.inputs());
            Close.assertRelative(
                    model.logits(reference.inputs(), model.initial()), reference.doubles("logits"), rounding);
            Close.assertRelative(
                    model.losses(reference.inputs(), model.initial()), reference.doubles("loss_per_sample"), rounding);
        }
    }

    @ParameterizedTest
    @MethodSource("checkpoints")
    void gradients_equalTheReferenceTensorByTensor(String name, Trained trained) {
        Reference reference = Reference.of(name);
        try (TrainableModel model = load(reference, trained)) {
            float[] gradients = model.gradients(reference.inputs(), model.initial());
            double rounding = Rounding.tolerance(model.seed(), reference.inputs());
            int rows = reference.inputs().rows();
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
                    Close.assertRelative(actual, reference.doubles("grad_sample/" + entry.name()), rounding);
                }
            }
        }
    }
}
