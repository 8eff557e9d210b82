package dev.sotto.accountant.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sotto.accountant.DpEvent;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    private static final String DOCUMENT =
            " { \"a\" : [ 1 , -2.5E+3 , 4e-2 , true , false , null , \"\\u00e9\\n\\\"\\\\\" , { } , [ ] ] , \"b\" : 0 } \n\t\r";

    @Test
    void everyKindOfValue_isRead_withBlanksAnywhere() {
        Map<String, Object> object = Json.readObject(DOCUMENT);
        assertThat(object).containsEntry("b", 0L);
        assertThat(Json.asArray(object.get("a"), "a"))
                .containsExactly(1L, -2500.0, 0.04, true, false, Json.NULL, "é\n\"\\", Map.of(), List.of());
    }

    @Test
    void whatIsWritten_isReadAgain() {
        Object read = Json.read(DOCUMENT);
        assertThat(Json.read(Json.write(read))).isEqualTo(read);
        assertThat(Json.write(Json.read("[true,null,-7,0.5]"))).isEqualTo("[true,null,-7,0.5]");
    }

    @Test
    void everyTruncation_isRefused() {
        String whole = DOCUMENT.strip();
        for (int length = 0; length < whole.length(); length++) {
            String cut = whole.substring(0, length);
            assertThatThrownBy(() -> Json.read(cut)).as(cut).isInstanceOf(JsonException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.",
                ".5",
                "-",
                "+1",
                "1e",
                "1e+",
                "nan",
                "tru",
                "truex",
                "[1,]",
                "[1 2]",
                "{\"a\"}",
                "{\"a\":1,}",
                "{a:1}",
                "\"\\x\"",
                "\"\\u12g4\"",
                "\"\\u12\"",
                "\"a\nb\"",
                "1 1"
            })
    void whatIsNotJson_isRefused(String text) {
        assertThatThrownBy(() -> Json.read(text)).isInstanceOf(JsonException.class);
    }

    @Test
    void longNumbers_becomeDoubles_andShortOnesStayWhole() {
        assertThat(Json.read("123456789012345678")).isEqualTo(123456789012345678L);
        assertThat(Json.read("1234567890123456789")).isEqualTo(1.23456789012345677E+18);
    }

    @Test
    void anObjectWithEvents_isTheirComposition() {
        Object json = Json.read("{\"events\":[{\"type\":\"gaussian\",\"sigma\":2},{\"type\":\"laplace\",\"b\":3}]}");
        assertThat(EventJson.read(json))
                .isEqualTo(new DpEvent.Composed(List.of(new DpEvent.Gaussian(2), new DpEvent.Laplace(3))));
    }

    @Test
    void whatJsonHasNoNumberFor_isAString_andControlsAreEscaped() {
        assertThat(Json.write(List.of(Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.NaN)))
                .isEqualTo("[\"inf\",\"-inf\",\"nan\"]");
        assertThat(Json.write(" a\"\\\u001f\u007f\uD83D\uDE00é"))
                .isEqualTo("\" a\\\"\\\\\\u001f\\u007f\\ud83d\\ude00é\"");
    }

    @Test
    void manyBesideEachOther_areNotDeep() {
        String many = "[" + "[],".repeat(10_000) + "{}]";
        assertThat(Json.asArray(Json.read(many), "many")).hasSize(10_001);
    }
}
