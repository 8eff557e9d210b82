package dev.sotto.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.core.batch.TokenBatch;
import dev.sotto.core.check.ReferenceFile;
import dev.sotto.core.method.Compacter;
import dev.sotto.core.method.Prefix;
import dev.sotto.core.method.Trained;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** As {@link RowIndependenceTest}, for decoders, shared layers and labels of tokens. */
class SmallRowIndependenceTest {
    private static final int MORE_PADDING = 4;

    private static Path folder(String name) throws URISyntaxException {
        return Path.of(SmallRowIndependenceTest.class
                .getResource("/vectors/hf-small/" + name)
                .toURI());
    }

    private static TokenBatch batch(Path folder) {
        try (ReferenceFile reference = ReferenceFile.open(folder.resolve("expected.safetensors"))) {
            return (TokenBatch) reference.batch();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "albert_shared",
                "distilbert_multi",
                "roberta_tokencls",
                "bert_prompt",
                "roberta_prompt",
                "gpt2_cls",
                "gpt2_lm",
                "llama_cls"
            })
    void gradient_isTheSameAlonePaddedAndInABatch(String name) throws URISyntaxException {
        isTheSameAlonePaddedAndInABatch(name, Trained.BIASES_AND_HEAD);
    }

    @ParameterizedTest
    @ValueSource(strings = {"albert_shared", "distilbert_multi", "gpt2_lm", "llama_cls"})
    void gradientOfCompacter_isTheSameAlonePaddedAndInABatch(String name) throws URISyntaxException {
        isTheSameAlonePaddedAndInABatch(name, Trained.BIASES_AND_HEAD.with(new Compacter(4, 2, 1)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"albert_shared", "distilbert_multi", "roberta_tokencls", "bert_prompt", "gpt2_lm", "llama_cls"})
    void gradientOfPrefix_isTheSameAlonePaddedAndInABatch(String name) throws URISyntaxException {
        isTheSameAlonePaddedAndInABatch(name, Trained.BIASES_AND_HEAD.with(new Prefix(3)));
    }

    private static void isTheSameAlonePaddedAndInABatch(String name, Trained trained) throws URISyntaxException {
        Path folder = folder(name);
        TokenBatch batch = batch(folder);
        try (TrainableModel model = TrainableModel.load(folder, SavedModel.spec(folder, trained))) {
            float[] values = trained.addition() == null ? model.initial() : AddedParameters.moved(model.initial());
            float[] together = model.gradients(batch, values);
            double rounding = Rounding.tolerance(model.seed(), batch);
            for (int row = 0; row < batch.rows(); row++) {
                int tokens = IntStream.of(part(batch.mask(), batch, row, batch.length()))
                        .sum();
                for (int length : new int[] {tokens, tokens + MORE_PADDING}) {
                    float[] alone = model.gradients(alone(batch, row, length), values);
                    float[] expected = Close.row(together, row, batch.rows());
                    if (name.equals("gpt2_lm") && tokens == 2) { // a prompt alone: nothing is said, nothing learned
                        assertThat(expected).containsOnly(0f);
                        assertThat(alone).containsOnly(0f);
                    } else {
                        Close.assertRelative(alone, expected, rounding);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"roberta_tokencls", "gpt2_lm"})
    void labelThatIsNoClass_makesItsRowNaN_andLeavesTheOthersAlone(String name) throws URISyntaxException {
        Path folder = folder(name);
        TokenBatch good = batch(folder);
        float[] labels = good.labels().clone();
        labels[good.length() + 2] = 50; // one beyond the vocabulary, and beyond the classes
        var bad = new TokenBatch(good.rows(), good.length(), good.ids(), good.mask(), good.typeIds(), labels);
        try (TrainableModel model = TrainableModel.load(folder, SavedModel.spec(folder, Trained.BIASES_AND_HEAD))) {
            float[] gradients = model.gradients(bad, model.initial());
            float[] expected = model.gradients(good, model.initial());
            assertThat(Close.row(gradients, 1, good.rows())).containsOnly(Float.NaN);
            assertThat(Close.row(gradients, 0, good.rows())).isEqualTo(Close.row(expected, 0, good.rows()));
            assertThat(Close.row(gradients, 2, good.rows())).isEqualTo(Close.row(expected, 2, good.rows()));
        }
    }

    private static int[] part(int[] all, TokenBatch batch, int row, int length) {
        int begin = row * batch.length();
        return Arrays.copyOf(Arrays.copyOfRange(all, begin, begin + Math.min(length, batch.length())), length);
    }

    /** One row by itself, cut or padded to a length. */
    private static TokenBatch alone(TokenBatch batch, int row, int length) {
        int[] ids = part(batch.ids(), batch, row, length);
        int[] mask = part(batch.mask(), batch, row, length);
        int pad = batch.ids()[batch.ids().length - 1]; // the last row is padded
        for (int i = 0; i < length; i++) {
            ids[i] = mask[i] == 1 ? ids[i] : pad;
        }
        int width = batch.labels().length / batch.rows();
        float[] labels = Arrays.copyOfRange(batch.labels(), row * width, (row + 1) * width);
        if (width == batch.length()) {
            labels = Arrays.copyOf(labels, length);
            for (int i = 0; i < length; i++) {
                labels[i] = mask[i] == 1 ? labels[i] : TokenBatch.NO_LABEL;
            }
        }
        return new TokenBatch(1, length, ids, mask, part(batch.typeIds(), batch, row, length), labels);
    }
}
