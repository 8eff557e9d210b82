package dev.sotto.core.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import dev.sotto.core.archive.ArchiveCopy;
import dev.sotto.core.archive.ScriptArchive;
import dev.sotto.core.batch.Batch;
import dev.sotto.core.batch.TokenBatch;
import dev.sotto.core.check.ModelCheck;
import dev.sotto.core.check.ModelReport;
import dev.sotto.core.check.ModelReport.Difference;
import dev.sotto.core.folder.ModelException;
import dev.sotto.core.method.BiasLayout;
import dev.sotto.core.method.Trained;
import dev.sotto.core.model.Archives;
import dev.sotto.core.model.Close;
import dev.sotto.core.model.SavedModel;
import dev.sotto.core.model.TrainableModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TorchScript archives that newer PyTorch saved, scripted and traced, next to what it computes for them one row at a time. */
class ArchiveFamilyTest {
    @TempDir
    Path other;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "scripted_text",
                "traced_text",
                "scripted_shared",
                "scripted_functions",
                "traced_functions",
                "traced_shared",
                "scripted_tokens",
                "deciding",
                "scripted_images",
                "traced_images"
            })
    void archive_meetsItsReferenceAndItself(String name) {
        Path folder = Archives.folder(name);
        ModelReport report =
                ModelCheck.of(folder, Trained.BIASES_AND_HEAD, folder.resolve("expected.safetensors"), 1e-5);

        assertThat(report.differences())
                .extracting(Difference::quantity)
                .contains("logits of the archive itself", "rows together against alone", "logits", "grad_sample");
        assertThat(report.passed()).as(String.join("\n", report.lines())).isTrue();
        assertThat(report.oneByOne()).isEqualTo(name.equals("deciding"));
    }

    @ParameterizedTest
    @CsvSource({
        "lstm, Module recurrent calls lstm",
        "gru, Module recurrent calls gru",
        "joined_biases, no gradient of each row by q_bias",
        "frozen, has no parameters: it was frozen",
        "in_training_mode, saved in training mode (Module norm1)",
        "traced_in_training_mode, Module norm1 changes a tensor of its own",
        "batch_mean, 'the gradient of a row by dense.bias, classifier.bias'",
        "time_first, the gradient of a row by late.bias (",
        "random, draws random numbers",
        "counting, The model itself keeps something between calls (self.seen)",
        "caching, The model itself changes a tensor of its own in place (copy_)",
        "printing, The model itself calls print",
        "of_fixed_length, may hold the sizes that it was traced with"
    })
    void archiveWhoseRowsAreNotTheirOwn_isRefusedByTheNameOfTheModule(String name, String why) {
        assertThatThrownBy(() -> Archives.check(Archives.folder(name)))
                .isInstanceOf(ModelException.Unsupported.class)
                .hasMessageContaining(why);
    }

    @Test
    void training_refusesWhatTheCheckRefuses() {
        Path folder = Archives.folder("batch_mean");
        ModelSpec spec = SavedModel.spec(folder, Trained.BIASES_AND_HEAD);

        assertThatThrownBy(() -> TrainableModel.load(folder, spec)).hasMessageContaining("mixes rows");
    }

    /** A head of zeros lets no gradient through at first; when it has learned, rows would mix. */
    @Test
    void headOfZeros_hidesNothing() throws IOException {
        Path folder = Archives.copy("batch_mean", other, config -> config.addProperty("head", "classifier"));
        Path zeros = other.resolve("zeros.pt");
        try (ScriptArchive archive = ScriptArchive.open(folder.resolve("model.pt"))) {
            ArchiveCopy.write(archive, Map.of("classifier.weight", new float[24]), zeros);
        }
        Files.move(zeros, folder.resolve("model.pt"), StandardCopyOption.REPLACE_EXISTING);

        assertThatThrownBy(() -> Archives.check(folder)).hasMessageContaining("dense.bias");
    }

    @Test
    void sharedLayer_isTrainedOnceUnderItsFirstName() {
        assertThat(Archives.check(Archives.folder("scripted_shared")).layout().entries())
                .extracting(BiasLayout.Entry::name)
                .contains("layers.0.attention.q.bias", "layers.1.attention.q.bias")
                .noneMatch(name -> name.startsWith("layers.2."));
    }

    @Test
    void headThatIsNotNamed_keepsItsWeights() {
        assertThat(Archives.check(Archives.folder("scripted_shared")).layout().entries())
                .extracting(BiasLayout.Entry::name)
                .contains("classifier.bias")
                .noneMatch(name -> name.endsWith("weight"));
        assertThat(Archives.check(Archives.folder("scripted_text")).layout().entries())
                .extracting(BiasLayout.Entry::name)
                .contains("classifier.bias", "classifier.weight");
    }

    @ParameterizedTest
    @ValueSource(strings = {"scripted_text", "scripted_tokens"})
    void headAlone_isTrained(String name) {
        ModelReport report = ModelCheck.of(Archives.folder(name), Trained.HEAD);

        assertThat(report.layout().entries())
                .extracting(BiasLayout.Entry::name)
                .containsExactly("classifier.weight", "classifier.bias");
        assertThat(report.passed()).as(String.join("\n", report.lines())).isTrue();
    }

    /** Token 39 four times in a batch turns all of it around, which the probe's rows need not show. */
    @Test
    void codeThatDecidesByValues_isGivenOneRowAtATime() {
        Path folder = Archives.folder("deciding");
        int[] ids = {5, 6, 7, 8, 39, 39, 39, 39};
        int[] mask = {1, 1, 1, 1, 1, 1, 1, 1};
        Batch both = new TokenBatch(2, 4, ids, mask, new int[8], new float[2]);
        try (TrainableModel model = TrainableModel.load(folder, SavedModel.spec(folder, Trained.BIASES_AND_HEAD))) {
            float[] together = model.gradients(both, model.initial());
            assertThat(Close.row(together, 0, 2)).isEqualTo(model.gradients(both.only(0), model.initial()));
            assertThat(Close.row(together, 1, 2)).isEqualTo(model.gradients(both.only(1), model.initial()));
        }
    }

    /** Twelve positions are in its table; the configuration says fourteen. */
    @Test
    void whatTheCodeSaysOfRows_isNotRepeated() throws IOException {
        Path folder =
                Archives.copy("scripted_text", other, config -> config.addProperty("max_position_embeddings", 14));
        Batch batch = new TokenBatch(1, 13, new int[13], new int[13], new int[13], new float[1]);
        try (TrainableModel model = TrainableModel.load(folder, SavedModel.spec(folder, Trained.BIASES_AND_HEAD))) {
            assertThatThrownBy(() -> model.gradients(batch, model.initial()))
                    .hasMessageContaining("is not repeated")
                    .hasNoCause();
        }
    }

    @Test
    void configurationThatDoesNotFit_isRefused() throws IOException {
        Path folder = Archives.folder("scripted_text");
        assertThatThrownBy(() ->
                        TrainableModel.load(folder, new ModelSpec(Task.CLASSIFICATION, 4, Trained.BIASES_AND_HEAD)))
                .hasMessageContaining("gives 3 outputs, but 4 are wanted");
        assertThatThrownBy(() -> Archives.check(
                        Archives.copy("scripted_text", other, config -> config.addProperty("head", "pooler"))))
                .hasMessageContaining("reads no matrix pooler.weight");
    }

    @Test
    void inputsThatForwardDoesNotTake_areRefused() throws IOException {
        JsonArray three = new JsonArray();
        three.add("input_ids");
        three.add("attention_mask");
        three.add("token_type_ids");
        Path folder = Archives.copy("scripted_text", other, config -> config.add("inputs", three));

        assertThatThrownBy(() -> Archives.check(folder))
                .hasMessageContaining("the model's forward takes [input_ids: Tensor, attention_mask: Tensor]");
    }
}
