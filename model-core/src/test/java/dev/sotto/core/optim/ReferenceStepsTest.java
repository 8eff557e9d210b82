package dev.sotto.core.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.sotto.core.privacy.NoisySums;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Update rules against torch.optim, and those that it has not against the papers' formulas: src/test/golden/optimizers.py. */
class ReferenceStepsTest {
    private static final Map<String, Optimizer> RULES = Map.of(
            "sgd", new Optimizer.Sgd(0.9, 0.02),
            "nesterov", new Optimizer.Sgd(0.9, 0.02, true),
            "adam", new Optimizer.Adam(0.9, 0.99, 1e-8, 0.1),
            "adamw", new Optimizer.AdamW(0.9, 0.99, 1e-8, 0.1),
            "lamb", new Optimizer.Lamb(0.9, 0.99, 1e-6, 0),
            "lamb_decay", new Optimizer.Lamb(0.9, 0.99, 1e-6, 0.1),
            "adam_corrected", new Optimizer.Adam(0.9, 0.99, 1e-8, 0, 0.05),
            "adamw_corrected", new Optimizer.AdamW(0.9, 0.99, 1e-8, 0.1, 0.05),
            "sgd_averaged", new Optimizer.Averaged(new Optimizer.Sgd(0.9, 0.02), 0.3));

    private static JsonObject file = new JsonObject();

    @BeforeAll
    static void read() throws Exception {
        try (Reader reader = new InputStreamReader(
                Objects.requireNonNull(ReferenceStepsTest.class.getResourceAsStream("/golden/optimizers.json")),
                StandardCharsets.UTF_8)) {
            file = JsonParser.parseReader(reader).getAsJsonObject();
        }
    }

    static List<String> rules() {
        return RULES.keySet().stream().sorted().toList();
    }

    @Test
    void everyTrajectory_isOfARule() {
        assertThat(file.getAsJsonObject("cases").keySet()).isEqualTo(RULES.keySet());
    }

    @ParameterizedTest
    @MethodSource("rules")
    void aRule_followsTheReferenceWithARateForEachTensor(String name) {
        double[] parameters = numbers("start");
        double[] rates = numbers("rates");
        JsonArray gradients = file.getAsJsonArray("gradients");
        JsonArray expected = file.getAsJsonObject("cases").getAsJsonArray(name);
        var state = Objects.requireNonNull(RULES.get(name)).start(parameters.length);
        for (int step = 0; step < rates.length; step++) {
            state.step(
                    parameters,
                    NoisySums.ofReference(numbers(gradients.get(step))),
                    rates[step],
                    file.get("noise_variance").getAsDouble(),
                    segments());
            assertThat(state.learned(parameters))
                    .as("step %d", step)
                    .containsExactly(numbers(expected.get(step)), within(1e-14));
        }
    }

    private static Segments segments() {
        double[] ends = numbers("ends");
        double[] shares = numbers("shares");
        List<Segments.Segment> segments = new ArrayList<>();
        for (int k = 0; k < ends.length; k++) {
            segments.add(new Segments.Segment(k == 0 ? 0 : (int) ends[k - 1], (int) ends[k], shares[k]));
        }
        return new Segments(segments);
    }

    private static double[] numbers(String key) {
        return numbers(file.get(key));
    }

    private static double[] numbers(JsonElement array) {
        return array.getAsJsonArray().asList().stream()
                .mapToDouble(JsonElement::getAsDouble)
                .toArray();
    }
}
