package dev.sotto.core.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sotto.core.batch.Batch;
import dev.sotto.core.method.BiasLayout;
import dev.sotto.core.method.Trained;
import dev.sotto.core.model.Close;
import dev.sotto.core.model.Reference;
import dev.sotto.core.model.Rounding;
import dev.sotto.core.model.RowGradients;
import dev.sotto.core.model.SavedModel;
import dev.sotto.core.model.TrainableModel;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Families, heads and settings next to what Hugging Face transformers computes: logits, losses, gradients, clipped sums. */
class SmallCheckpointsTest {
    private static final Trained NORMS = Trained.of(Trained.Part.NORMS_AND_HEAD);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "albert_cls",
                "albert_shared",
                "distilbert_multi",
                "roberta_tokencls",
                "bert_prompt",
                "roberta_prompt",
                "gpt2_cls",
                "gpt2_lm",
                "gpt2_untied",
                "llama_cls",
                "llama_tied",
                "llama_scaled",
                "vit_no_qkv_bias",
                "vit_odd_edges",
                "vit_regression",
                "vit_multi_label",
                "deit_teacher",
                "beit_both_biases",
                "beit_first_token",
                "beit_left_over",
                "resnet_early",
                "resnet_gelu"
            })
    void checkpoint_meetsItsReference(String name) throws URISyntaxException {
        check(folder(name));
    }

    /** Larger ones, as they lie in the repository's neighbourhood. */
    @ParameterizedTest
    @ValueSource(strings = {"distilbert_cls", "bert_tokencls", "gpt2_lm"})
    void sharedCheckpoint_meetsItsReference(String name) {
        Path folder = Path.of("../../shared/vectors/hf", name).toAbsolutePath().normalize();
        assumeTrue(Files.isDirectory(folder), () -> "Skipped: no folder " + folder);
        check(folder);
    }

    /** Scales of normalisations are trained by rows, too. */
    @ParameterizedTest
    @ValueSource(strings = {"albert_cls", "distilbert_multi", "vit_odd_edges", "beit_both_biases", "resnet_early"})
    void normGradients_equalTheReferenceTensorByTensor(String name) throws URISyntaxException {
        Path folder = folder(name);
        try (ReferenceFile reference = ReferenceFile.open(folder.resolve("expected.safetensors"));
                TrainableModel model = TrainableModel.load(folder, SavedModel.spec(folder, NORMS))) {
            Batch batch = reference.batch();
            var gradients = new RowGradients(model.layout(), model.gradients(batch, model.initial()), batch.rows());
            assertThat(model.layout().entries())
                    .extracting(BiasLayout.Entry::name)
                    .allMatch(parameter -> parameter.contains("orm") || parameter.startsWith("classifier"))
                    .anyMatch(parameter -> parameter.contains("orm") && parameter.endsWith(".weight"));
            for (BiasLayout.Entry entry : model.layout().entries()) {
                float[] actual = Reference.floats(gradients.of(entry.name()));
                double[] expected = reference.numbers("grad_sample/" + entry.name());
                Close.assertRelative(actual, expected, Rounding.tolerance(model.seed(), batch));
            }
        }
    }

    private static Path folder(String name) throws URISyntaxException {
        return Path.of(SmallCheckpointsTest.class
                .getResource("/vectors/hf-small/" + name)
                .toURI());
    }

    private static void check(Path folder) {
        ModelReport report =
                ModelCheck.of(folder, Trained.BIASES_AND_HEAD, folder.resolve("expected.safetensors"), 1e-5);
        assertThat(report.differences())
                .extracting(ModelReport.Difference::quantity)
                .contains("logits", "loss_per_sample", "grad_sample");
        assertThat(report.passed()).as(String.join("\n", report.lines())).isTrue();
        assertThat(report.begun()).isEmpty();
    }
}
