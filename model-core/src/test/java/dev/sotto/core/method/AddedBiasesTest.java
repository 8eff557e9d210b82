package dev.sotto.core.method;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.core.batch.Batch;
import dev.sotto.core.check.ReferenceFile;
import dev.sotto.core.checkpoint.ModelExport;
import dev.sotto.core.family.ModelSpec;
import dev.sotto.core.family.Task;
import dev.sotto.core.model.Close;
import dev.sotto.core.model.RelativeDifference;
import dev.sotto.core.model.Rounding;
import dev.sotto.core.model.RowGradients;
import dev.sotto.core.model.TrainableModel;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Llama that came without biases is given some. */
class AddedBiasesTest {
    private static final ModelSpec WITHOUT = new ModelSpec(Task.CAUSAL_LM, 1, Trained.of(Trained.Part.NORMS));
    private static final ModelSpec WITH = new ModelSpec(Task.CAUSAL_LM, 1, Trained.BIASES.withAddedBiases());

    @TempDir
    Path exported;

    private static Path llama() throws URISyntaxException {
        return Path.of(AddedBiasesTest.class
                .getResource("/vectors/hf-small/llama_scaled")
                .toURI());
    }

    private static Batch batch() throws URISyntaxException {
        try (ReferenceFile reference = ReferenceFile.open(llama().resolve("expected.safetensors"))) {
            return reference.batch();
        }
    }

    @Test
    void addedBiases_changeNothingAtFirst_andAreInEveryMapOfTheLayers() throws URISyntaxException {
        try (TrainableModel before = TrainableModel.load(llama(), WITHOUT);
                TrainableModel after = TrainableModel.load(llama(), WITH)) {
            assertThat(after.initial()).containsOnly(0f);
            assertThat(after.layout().entries()).hasSize(2 * 7); // q, k, v, o, gate, up, down of two layers
            Close.assertRelative(
                    after.logits(batch(), after.initial()),
                    before.logits(batch(), before.initial()),
                    Rounding.tolerance(before.seed(), batch()));
        }
    }

    /** A key's bias is turned with its position, so that softmax does not take it out. */
    @Test
    void everyAddedBias_hasAGradient() throws URISyntaxException {
        try (TrainableModel model = TrainableModel.load(llama(), WITH)) {
            Batch batch = batch();
            var rows = new RowGradients(model.layout(), model.gradients(batch, model.initial()), batch.rows());
            for (BiasLayout.Entry entry : model.layout().entries()) {
                assertThat(RelativeDifference.largest(rows.of(entry.name())))
                        .as(entry.name())
                        .isGreaterThan(1e-5);
            }
        }
    }

    /** The exported folder's own settings say that it has biases: it is opened as any other with biases. */
    @Test
    void exportedFolder_bringsTheBiases() throws URISyntaxException, IOException {
        var plain = new ModelSpec(Task.CAUSAL_LM, 1, Trained.BIASES);
        try (TrainableModel model = TrainableModel.load(llama(), WITH)) {
            float[] trained = model.initial();
            for (int i = 0; i < trained.length; i++) {
                trained[i] = 0.01f * (i % 5 - 2);
            }
            ModelExport.write(model.seed(), trained, List.of(), exported);
            try (TrainableModel again = TrainableModel.load(exported, plain)) {
                assertThat(again.initial()).isEqualTo(trained);
                assertThat(again.logits(batch(), trained)).isEqualTo(model.logits(batch(), trained));
            }
        }
    }
}
