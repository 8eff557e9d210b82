package dev.sotto.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sotto.core.model.Trained.Layers;
import dev.sotto.core.model.Trained.Part;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which parameters a rule chooses, of a BERT of three layers of 48 features. */
class TrainedTest {
    private static final Path BERT = Reference.of("bert_cls").folder();

    private static List<String> chosen(Trained trained) {
        try (SeedModel seed = SeedModel.open(BERT, new ModelSpec(Task.CLASSIFICATION, 2, trained))) {
            return seed.layout().entries().stream().map(BiasLayout.Entry::name).toList();
        }
    }

    @Test
    void keyBiases_areLeftOut_unlessAskedFor() {
        assertThat(chosen(Trained.BIASES))
                .noneMatch(name -> name.contains(".key."))
                .hasSize(24);
        assertThat(chosen(Trained.BIASES.withKeyBiases()))
                .filteredOn(name -> name.contains(".key."))
                .hasSize(3);
    }

    @Test
    void layers_areThoseOfTheNames_andLeaveTheHeadAlone() {
        assertThat(chosen(Trained.BIASES_AND_HEAD.inLayers(new Layers(1, 1))))
                .contains("bert.encoder.layer.1.output.dense.bias", "classifier.weight", "classifier.bias")
                .doesNotContain("bert.embeddings.LayerNorm.bias", "bert.pooler.dense.bias")
                .noneMatch(name -> name.contains("layer.0") || name.contains("layer.2"));
    }

    @Test
    void names_areMatchedWhole() {
        assertThat(chosen(Trained.BIASES.named("*.query.bias")))
                .containsExactly(
                        "bert.encoder.layer.0.attention.self.query.bias",
                        "bert.encoder.layer.1.attention.self.query.bias",
                        "bert.encoder.layer.2.attention.self.query.bias",
                        "classifier.bias");
        assertThat(chosen(Trained.BIASES.named("bert.embeddings"))).containsExactly("classifier.bias");
    }

    @Test
    void norms_areScalesAndShifts() {
        assertThat(chosen(Trained.of(Part.NORMS))).hasSize(2 * 7).allMatch(name -> name.contains("LayerNorm"));
    }

    @Test
    void rulesThatChooseNothing_areRefused() {
        var spec = new ModelSpec(Task.CLASSIFICATION, 2, Trained.of(Part.NORMS).named("nothing"));
        assertThatThrownBy(() -> TrainableModel.load(BERT, spec))
                .isInstanceOf(ModelException.Unsupported.class)
                .hasMessageContaining("would be trained (norms, named nothing)");
        assertThat(ModelCheck.of(BERT, spec.trained()).lines())
                .anyMatch(line -> line.startsWith("not trained anything"));
    }
}
