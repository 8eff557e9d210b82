package dev.sotto.core.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Against seqeval, and with it the CoNLL scorer: src/test/golden/classification_metrics.py. */
class SpanTallyTest {

    static Stream<JsonObject> cases() {
        return Golden.cases(Golden.read("spans.json"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void tally_hasSeqevalsMeasures(JsonObject expected) {
        JsonArray tags = expected.get("tags").getAsJsonArray();
        JsonArray answers = expected.get("answers").getAsJsonArray();
        SpanTally all = SpanTally.NONE;
        for (int i = 0; i < tags.size(); i++) {
            all = all.plus(SpanTally.of(Golden.strings(tags.get(i)), Golden.strings(answers.get(i))));
        }
        // seqeval says 0 where there is nothing to take a share of.
        assertThat(all.found() == 0 ? 0 : all.precision())
                .isCloseTo(Golden.number(expected, "precision"), Golden.ROUNDING);
        assertThat(all.recall()).isCloseTo(Golden.number(expected, "recall"), Golden.ROUNDING);
        assertThat(all.f1()).isCloseTo(Golden.number(expected, "f1"), Golden.ROUNDING);
        assertThat(all.tokenAccuracy()).isCloseTo(Golden.number(expected, "token_accuracy"), Golden.ROUNDING);
    }

    @ParameterizedTest
    @CsvSource({
        "B-PER I-PER O B-LOC, B-PER L-PER O U-LOC",
        "B-PER I-PER O B-LOC, PER PER O LOC",
        "B-A B-A I-A,         U-A B-A L-A"
    })
    void schemes_nameTheSameSpans(String one, String other) {
        assertThat(Span.of(List.of(other.split(" "))))
                .isEqualTo(Span.of(List.of(one.split(" "))))
                .isNotEmpty();
    }

    @Test
    void measures_areNotDefinedWithoutSpans() {
        SpanTally none = SpanTally.of(List.of("O"), List.of("O"));
        assertThat(new double[] {none.precision(), none.recall(), none.f1(), SpanTally.NONE.tokenAccuracy()})
                .containsOnly(Double.NaN);
        assertThat(none.tokenAccuracy()).isEqualTo(1);
    }

    @Test
    void tagsOfNoScheme_areRefused() {
        assertThatThrownBy(() -> Span.of(List.of("X-PER"))).hasMessageContaining("X-PER");
        assertThatThrownBy(() -> SpanTally.of(List.of("O"), List.of())).hasMessageContaining("1 and 0");
    }
}
