package dev.sotto.core.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sotto.core.family.ModelSpec;
import dev.sotto.core.family.Task;
import dev.sotto.core.folder.ModelException;
import dev.sotto.core.method.Trained;
import dev.sotto.core.model.SeedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a configuration alone says: the models of the paper, of which no weights are needed to count their biases. */
class PaperCountsTest {
    private static final String ROBERTA =
            "{'model_type': 'roberta', 'vocab_size': 50265, 'max_position_embeddings': 514,"
                    + " 'type_vocab_size': 1, 'hidden_act': 'gelu', 'pad_token_id': 1, ";
    private static final String GPT2 = "{'model_type': 'gpt2', 'vocab_size': 50257, 'n_positions': 1024, 'n_ctx': 1024,"
            + " 'activation_function': 'gelu_new', 'architectures': ['GPT2LMHeadModel'], ";
    private static final String VIT =
            "{'model_type': 'vit', 'image_size': 224, 'patch_size': 16, 'hidden_act': 'gelu', ";
    private static final String BEIT =
            "{'model_type': 'beit', 'image_size': 224, 'patch_size': 16, 'hidden_act': 'gelu', 'use_relative_position_bias': true, ";
    private static final String RESNET = "{'model_type': 'resnet', 'embedding_size': 64, 'hidden_act': 'relu', ";
    private static final String BASE =
            "'hidden_size': 768, 'num_hidden_layers': 12, 'num_attention_heads': 12, 'intermediate_size': 3072}";
    private static final String LARGE =
            "'hidden_size': 1024, 'num_hidden_layers': 24, 'num_attention_heads': 16, 'intermediate_size': 4096}";

    @TempDir
    Path folder;

    private ModelReport report(String config) throws IOException {
        Files.writeString(folder.resolve("config.json"), config.replace('\'', '"'));
        return ModelCheck.of(folder, Trained.BIASES.withKeyBiases());
    }

    private static String config(String model) {
        return switch (model) {
            case "RoBERTa-base" -> ROBERTA + BASE;
            case "RoBERTa-large" -> ROBERTA + LARGE;
            case "GPT2" -> GPT2 + "'n_embd': 768, 'n_layer': 12, 'n_head': 12}";
            case "GPT2-medium" -> GPT2 + "'n_embd': 1024, 'n_layer': 24, 'n_head': 16}";
            case "GPT2-large" -> GPT2 + "'n_embd': 1280, 'n_layer': 36, 'n_head': 20}";
            case "ViT-base" -> VIT + BASE;
            case "ViT-large" -> VIT + LARGE;
            case "BEiT-large" -> BEIT + LARGE;
            case "ResNet18" ->
                RESNET + "'layer_type': 'basic', 'depths': [2, 2, 2, 2], 'hidden_sizes': [64, 128, 256, 512]}";
            case "ResNet50" -> bottlenecks("[3, 4, 6, 3]");
            case "ResNet101" -> bottlenecks("[3, 4, 23, 3]");
            case "ResNet152" -> bottlenecks("[3, 8, 36, 3]");
            default -> throw new IllegalArgumentException(model);
        };
    }

    private static String bottlenecks(String depths) {
        return RESNET + "'layer_type': 'bottleneck', 'hidden_sizes': [256, 512, 1024, 2048], 'depths': " + depths + "}";
    }

    /** Bu, Wang, Zha, Karypis, ICML 2024: the backbone's biases; the paper's own configurations are the published ones. */
    @ParameterizedTest
    @CsvSource({
        "RoBERTa-base, 102144",
        "RoBERTa-large, 271360",
        "GPT2, 102144",
        "GPT2-medium, 271360",
        "GPT2-large, 508160",
        "ViT-base, 102912",
        "ViT-large, 272384",
        "BEiT-large, 247808",
        "ResNet18, 4800",
        "ResNet50, 26560",
        "ResNet101, 52672",
        "ResNet152, 75712"
    })
    void biasesOfTheBackbone_areThePapers(String model, long biases) throws IOException {
        ModelReport report = report(config(model));
        assertThat(report.biases() - report.headBiases()).isEqualTo(biases);
        assertThat(report.layout().size()).isEqualTo((int) report.biases());
    }

    @Test
    void configurationAlone_isReportedAsSuch() throws IOException {
        assertThat(report(config("RoBERTa-base")).lines())
                .contains(
                        "weights     none in the folder: what follows is what its configuration says",
                        "biases      102,144 of the backbone (0.082 %), 770 of the head");
    }

    @Test
    void configurationAlone_isNothingToTrain() throws IOException {
        report(config("ViT-base"));
        assertThatThrownBy(() -> SeedModel.open(folder, new ModelSpec(Task.CLASSIFICATION, 2, Trained.BIASES_AND_HEAD)))
                .isInstanceOf(ModelException.Damaged.class)
                .hasMessageContaining("holds no model.safetensors");
    }
}
