package dev.sotto.core.generate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.core.family.ModelSpec;
import dev.sotto.core.family.Task;
import dev.sotto.core.method.Trained;
import dev.sotto.core.model.TrainableModel;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class TextGeneratorTest {
    private static TrainableModel model;

    @BeforeAll
    static void load() throws URISyntaxException {
        Path folder = Path.of(
                TextGeneratorTest.class.getResource("/vectors/hf-small/gpt2_lm").toURI());
        model = TrainableModel.load(folder, new ModelSpec(Task.CAUSAL_LM, 1, Trained.BIASES));
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private static int[] ids(String text) {
        return text == null
                ? new int[0]
                : Arrays.stream(text.split(" ")).mapToInt(Integer::parseInt).toArray();
    }

    /** By {@code src/test/golden/generated.py}. */
    @ParameterizedTest
    @CsvFileSource(resources = "/golden/generated.csv", useHeadersInDisplayName = true)
    void beamsAndGreedy_writeWhatTransformersWrites(
            int width, double lengthPenalty, int end, String prompt, String written) {
        var generator = TextGenerator.of(model, model.initial(), end);
        assertThat(generator.write(ids(prompt), 12, new Decoding.Beam(width, lengthPenalty)))
                .containsExactly(ids(written));
    }

    /** Of the probabilities 1/2, 1/4, 1/8, ... the first two make up 3/4: 0.7 is reached by them, and by no fewer. */
    @Test
    void sampling_staysAmongTheLikeliest_andKeepsTheirProportion() {
        NextToken halves = texts -> {
            float[] scores = new float[6];
            for (int token = 0; token < scores.length; token++) {
                scores[token] = (float) (-token * Math.log(2));
            }
            return scores;
        };
        var generator = new TextGenerator(halves, 5);
        int[] written = generator.write(new int[] {0}, 3_000, new Decoding.TopP(0.7, 1, 42));
        assertThat(written).hasSize(3_000).containsOnly(0, 1);
        // Two of three are the first: standard deviation 0.0086, so 0.052 is passed by chance in one of 10^9 runs.
        assertThat(Arrays.stream(written).filter(token -> token == 0).count() / 3_000.0)
                .isBetween(2 / 3.0 - 0.052, 2 / 3.0 + 0.052);
        assertThat(generator.write(new int[] {0}, 100, new Decoding.TopP(0.7, 1, 7)))
                .containsExactly(generator.write(new int[] {0}, 100, new Decoding.TopP(0.7, 1, 7)));
    }
}
