package dev.sotto.core.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sotto.core.engine.Mappings;
import dev.sotto.core.folder.ModelException;
import dev.sotto.core.method.Trained;
import dev.sotto.core.model.Reference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelCheckTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "bert_cls",
                "roberta_cls",
                "bert_regression",
                "vit_cls",
                "deit_cls",
                "beit_cls",
                "beit_sharedrel_abs",
                "resnet_basic",
                "resnet_bottleneck"
            })
    void reference_isMetInEveryQuantityItHolds(String name) {
        Path folder = Reference.of(name).folder();
        ModelReport report =
                ModelCheck.of(folder, Trained.BIASES_AND_HEAD, folder.resolve("expected.safetensors"), 1e-5);
        assertThat(report.differences())
                .extracting(ModelReport.Difference::quantity)
                .contains(
                        "logits",
                        "loss_per_sample",
                        "grad_sample",
                        "bitfit/norm",
                        "bitfit_head/norm",
                        "bitfit/abadi_R1_eps1e-6/factor",
                        "bitfit_head/autos_R1_g0.01/sum",
                        "bitfit/autov_R1/sum");
        assertThat(report.passed()).as(String.join("\n", report.lines())).isTrue();
    }

    @Test
    void check_leavesNoMapping() throws IOException {
        Path folder = Reference.of("bert_cls").folder();
        for (int i = 0; i < 3; i++) {
            ModelCheck.of(folder, Trained.BIASES_AND_HEAD, folder.resolve("expected.safetensors"), 1e-5);
            assertThat(Mappings.of(folder)).isZero();
        }
    }

    @Test
    void referenceOfAnotherModel_isNotMet() {
        Path reference = Reference.of("bert_regression").folder().resolve("expected.safetensors");
        ModelReport report = ModelCheck.of(Reference.of("bert_cls").folder(), Trained.BIASES_AND_HEAD, reference, 1e-5);
        assertThat(report.passed()).isFalse();
        assertThat(report.lines()).anyMatch(line -> line.startsWith("BAD"));
    }

    /** Counts from {@code expected.json}; BEiT's keys have no biases. */
    @ParameterizedTest
    @CsvSource({
        "bert_cls, 66818, 1394, 144",
        "roberta_cls, 67011, 1395, 144",
        "bert_regression, 66769, 1393, 144",
        "vit_cls, 67594, 1402, 144",
        "deit_cls, 48730, 970, 96",
        "beit_cls, 67546, 1258, 0",
        "beit_sharedrel_abs, 48746, 874, 0",
        "resnet_basic, 43974, 270, 0",
        "resnet_bottleneck, 30998, 598, 0"
    })
    void counts_areTheReferences(String name, long parameters, long biases, int keyBiases) {
        ModelReport report = ModelCheck.of(Reference.of(name).folder(), Trained.BIASES);
        assertThat(report.parameters()).isEqualTo(parameters);
        assertThat(report.biases()).isEqualTo(biases);
        assertThat(report.layout().size()).isEqualTo((int) (biases - keyBiases));
        assertThat(report.idleKeyBiases()).isEqualTo(keyBiases);
    }

    @Test
    void missingReference_isAClearError() {
        Path folder = Reference.of("bert_cls").folder();
        assertThatThrownBy(() -> ModelCheck.of(folder, Trained.BIASES, folder.resolve("config.json"), 1e-5))
                .isInstanceOf(ModelException.Damaged.class)
                .hasMessageContaining("not a whole safetensors file");
    }

    /** A seed encoder that was pretrained on text alone, as it lies in the repository's neighbourhood. */
    @Test
    void maskedLanguageModel_saysWhatIsBegunAndHow() {
        Path folder = Path.of("../../shared/seed-encoder").toAbsolutePath().normalize();
        assumeTrue(Files.isDirectory(folder), () -> "Skipped: no folder " + folder);
        assertThat(ModelCheck.of(folder, Trained.BIASES_AND_HEAD).lines())
                .contains(
                        "begun anew  bert.pooler.dense.weight: the identity, stays so",
                        "begun anew  bert.pooler.dense.bias: zeros, trained",
                        "not used    cls.predictions.transform.dense.weight");
    }
}
