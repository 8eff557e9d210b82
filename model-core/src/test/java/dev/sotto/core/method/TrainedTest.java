package dev.sotto.core.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sotto.core.check.ModelCheck;
import dev.sotto.core.family.ModelSpec;
import dev.sotto.core.family.Task;
import dev.sotto.core.folder.ModelException;
import dev.sotto.core.method.Trained.Layers;
import dev.sotto.core.method.Trained.Part;
import dev.sotto.core.model.Reference;
import dev.sotto.core.model.SeedModel;
import dev.sotto.core.model.TrainableModel;
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
        Trained none = Trained.of(Part.BIASES).named("*.key.*").inLayers(new Trained.Layers(0, 0));
        assertThatThrownBy(() -> ModelCheck.of(BERT, none)).isInstanceOf(ModelException.Unsupported.class);
    }

    private static void assertRefused(Trained trained, String... told) {
        try (SeedModel seed = SeedModel.open(BERT, new ModelSpec(Task.CLASSIFICATION, 2, trained))) {
            assertThatThrownBy(seed::check)
                    .isInstanceOf(ModelException.Unsupported.class)
                    .satisfies(e -> assertThat(e.getMessage()).contains(told));
        }
    }

    @Test
    void ruleThatMatchesNothing_isRefusedWithWhatIsThere() {
        Trained all = Trained.BIASES_AND_HEAD;
        assertRefused(all.inLayers(new Trained.Layers(9, 12)), "train-layers 9-12", "its layers are 0 to 2", "Try 2-2");
        assertRefused(all.inLayers(new Trained.Layers(1, 3)), "train-layers 1-3", "Try 1-2");
        assertRefused(all.named("zzz*"), "train-names zzz* matches no parameter");
        assertRefused(all.named("*.attenton.self.*"), "of theirs: bert.encoder.layer.*.attention.self.query.bias, ");
        assertRefused(all.named("*.key.*"), "key biases, which do with train-key-biases");
        assertRefused(all.named("*.weight"), "matches no parameter");
        assertRefused(all.named("bert.pooler.*").inLayers(new Trained.Layers(0, 1)), "together match no parameter");
        assertRefused(Trained.HEAD.named("*.attention.*"), "nothing in the body", "learns with it");
        assertRefused(Trained.HEAD.inLayers(new Trained.Layers(0, 1)), "nothing in the body");
    }

    @Test
    void ruleThatMatches_isNoFault() {
        Trained some = Trained.BIASES_AND_HEAD.named("*.attention.*").inLayers(new Trained.Layers(1, 2));
        try (SeedModel seed = SeedModel.open(BERT, new ModelSpec(Task.CLASSIFICATION, 2, some))) {
            seed.check();
        }
    }
}
