package dev.sotto.job.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonLineTest {
    private static final JsonLine FORMAT = new JsonLine(List.of("text", "words"), List.of(false, true));

    private static String told(String line) {
        return Arrays.deepToString(FORMAT.values(line));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '`',
            textBlock =
                    """
                    {"text": "a", "words": ["b", "c"]}       # [a, [b, c]]
                    {"text": 1.50, "words": [1, 1.0, 1e2]}   # [1.50, [1, 1.0, 1e2]]
                    {"text": 1}                              # [1, null]
                    {"text": 12345678901234567890.10}        # [12345678901234567890.10, null]
                    {"text": true, "words": []}              # [true, []]
                    {"text": null, "words": [null, "a"]}     # [null, [null, a]]
                    {"text": {"a": [1.0, "b"]}}              # [{"a": [1.0, "b"]}, null]
                    {"text": ["a", "b"], "words": "a"}       # [["a", "b"], null]
                    {"words": {"a": 1}, "text": "x"}         # [x, null]
                    {"other": {"text": "y"}, "text": "x"}    # [x, null]
                    {"text": "a", "text": "b"}               # [b, null]
                    {"text": NaN}                            # [NaN, null]
                    {'text': 'a'}                            # [a, null]
                    {}                                       # [null, null]
                    """)
    void value_isItsTextAsItIsWritten(String line, String values) {
        assertThat(told(line.strip())).isEqualTo(values.strip());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{\"text\": \"a\"}, {\"text\": \"b\"}]",
                "{\"text\": \"a\"} {\"text\": \"b\"}",
                "{\"text\": \"a\"",
                "{\"text\": \"a\"}}",
                "\"a\"",
                "7",
                "null",
                "a",
                "{\"text\": \"\\x\"}",
                "{\"text\": a}"
            })
    void lineThatIsNotOneObject_isNoRecord(String line) {
        assertThat(FORMAT.values(line)).isNull();
    }

    @Test
    void deepOrLongValue_isNoCrash() {
        assertThat(FORMAT.values("{\"text\": " + "[".repeat(100_000) + "]".repeat(100_000) + "}"))
                .isNull();
        assertThat(FORMAT.values("{\"text\": " + "9".repeat(100_000) + "}")).isNull();
        assertThat(told("{\"text\": \"" + "x".repeat(1_000_000) + "\"}")).hasSizeGreaterThan(1_000_000);
    }
}
