package dev.sotto.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Families, heads and settings next to what Hugging Face transformers computes: logits, losses, gradients, clipped sums. */
class SmallCheckpointsTest {

    @ParameterizedTest
    @ValueSource(strings = {"albert_cls", "albert_shared", "distilbert_multi", "roberta_tokencls"})
    void checkpoint_meetsItsReference(String name) throws URISyntaxException {
        check(Path.of(SmallCheckpointsTest.class
                .getResource("/vectors/hf-small/" + name)
                .toURI()));
    }

    /** Larger ones, as they lie in the repository's neighbourhood. */
    @ParameterizedTest
    @ValueSource(strings = {"distilbert_cls", "bert_tokencls"})
    void sharedCheckpoint_meetsItsReference(String name) {
        Path folder = Path.of("../../shared/vectors/hf", name).toAbsolutePath().normalize();
        assumeTrue(Files.isDirectory(folder), () -> "Skipped: no folder " + folder);
        check(folder);
    }

    private static void check(Path folder) {
        ModelReport report =
                ModelCheck.of(folder, Trained.BIASES_AND_HEAD, folder.resolve("expected.safetensors"), 1e-5);
        assertThat(report.differences())
                .extracting(ModelReport.Difference::quantity)
                .contains("logits", "loss_per_sample", "grad_sample", "bitfit/norm", "bitfit/autos_R1_g0.01/sum");
        assertThat(report.passed()).as(String.join("\n", report.lines())).isTrue();
        assertThat(report.begun()).isEmpty();
    }
}
