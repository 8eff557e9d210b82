package dev.sotto.core.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PromptEncoderTest {
    private static final Path GPT2_BESIDE = Path.of("../../shared/data/tokenizers/gpt2-tokenizer.json");
    private static final PromptTemplate REVIEW = PromptTemplate.of("{text} It was {mask}.");
    private static final PromptTemplate PAIR = PromptTemplate.of("{text}? {mask}, {pair}");

    @TempDir
    Path folder;

    @BeforeEach
    void copyTokenizer() throws IOException {
        Files.writeString(folder.resolve("tokenizer.json"), GoldenRows.text("tokenizers/tokenizer.json"));
    }

    private PromptEncoder encoder(int maxLength, PromptTemplate template) {
        return PromptEncoder.open(TokenizerFiles.read(folder, maxLength), template);
    }

    private int[] asOneText(String text) {
        try (TextEncoder encoder = TextEncoder.open(folder, 512)) {
            return encoder.encode(text).ids();
        }
    }

    private void byteLevelTokenizer(boolean lstrip) throws IOException {
        String letters = "abcdefghijklmnopqrstuvwxyzI.?,Ġ"
                .chars()
                .mapToObj(letter -> "\"" + (char) letter + "\": " + letter % 1000)
                .collect(Collectors.joining(", "));
        Files.writeString(
                folder.resolve("tokenizer.json"),
                "{\"version\": \"1.0\", \"added_tokens\": [{\"id\": 900, \"content\": \"<mask>\", \"single_word\": false,"
                        + " \"lstrip\": " + lstrip + ", \"rstrip\": false, \"normalized\": false, \"special\": true}],"
                        + " \"pre_tokenizer\": {\"type\": \"ByteLevel\", \"add_prefix_space\": false, \"trim_offsets\": true,"
                        + " \"use_regex\": true}, \"model\": {\"type\": \"BPE\", \"vocab\": {" + letters
                        + "}, \"merges\": []}}");
    }

    @Test
    void maskThatLeavesABlankBeforeIt_isRefused_andNamed() throws IOException {
        byteLevelTokenizer(false);
        assertThatThrownBy(() -> encoder(64, REVIEW))
                .isInstanceOf(EncoderFilesException.class)
                .hasMessageContaining("the blank before <mask>")
                .hasMessageContaining("lstrip");
        encoder(64, PromptTemplate.of("{text}.{mask}")).close();

        byteLevelTokenizer(true);
        encoder(64, REVIEW).close();
    }

    @Test
    void shortRow_isTokenisedAsTheFilledTemplate() {
        try (PromptEncoder review = encoder(64, REVIEW);
                PromptEncoder pair = encoder(64, PAIR)) {
            assertThat(review.encode("A fine film", null).ids()).isEqualTo(asOneText("A fine film It was [MASK]."));
            assertThat(pair.encode("He left", "nobody stayed").ids())
                    .isEqualTo(asOneText("He left? [MASK], nobody stayed"));
        }
    }

    /** Wherever the cut falls, in a surrogate pair, a combining mark or a piece of a word. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "word word word word word word word word word word word word word",
                "supercalifragilisticsupercalifragilisticsupercalifragilistic",
                "😀 👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽 e\u0301 e\u0300 n\u0303 我喜欢这部电影",
                "[MASK] [MASK] {mask} {pair} [MASK] and so on and on and on and on"
            })
    void longRow_keepsTemplateAndOneMask_andAsMuchTextAsFits(String text) {
        int[] template = asOneText(" It was [MASK].");
        int[] whole;
        try (PromptEncoder long_ = encoder(256, REVIEW)) {
            whole = long_.encode(text, null).ids();
        }
        for (int maxLength = template.length + 1; maxLength <= whole.length; maxLength++) {
            try (PromptEncoder encoder = encoder(maxLength, REVIEW)) {
                int[] ids = encoder.encode(text, null).ids();
                int[] tail = Arrays.copyOfRange(template, 1, template.length);
                assertThat(ids.length).isBetween(maxLength - 2, maxLength);
                assertThat(Arrays.copyOfRange(ids, ids.length - tail.length, ids.length))
                        .isEqualTo(tail);
                assertThat(ids).containsOnlyOnce(encoder.maskId());
                assertThat(Arrays.copyOf(ids, Math.max(1, ids.length - tail.length - 2)))
                        .isEqualTo(Arrays.copyOf(whole, Math.max(1, ids.length - tail.length - 2)));
            }
        }
    }

    @Test
    void pair_isCutInTheLongerText() {
        String words = "one two three four five six seven eight nine ten";
        try (PromptEncoder encoder = encoder(12, PAIR)) {
            assertThat(encoder.encode("yes", words).ids())
                    .hasSize(12)
                    .startsWith(Arrays.copyOf(asOneText("yes? [MASK], one"), 6));
            assertThat(encoder.encode(words, "yes").ids()).hasSize(12).endsWith(lastTwo("[MASK], yes"));
        }
    }

    private int[] lastTwo(String text) {
        int[] ids = asOneText(text);
        return Arrays.copyOfRange(ids, ids.length - 2, ids.length);
    }

    @Test
    void labelWords_areSingleTokensInTheMasksPlace() {
        try (PromptEncoder encoder = encoder(64, REVIEW)) {
            int[] said = asOneText("x It was good.");
            assertThat(encoder.idOf("good")).isEqualTo(said[said.length - 3]);
            assertThatThrownBy(() -> encoder.idOf("supercalifragilistic"))
                    .isInstanceOf(EncoderFilesException.class)
                    .hasMessageContaining("not one token");
            assertThatThrownBy(() -> encoder.idOf("\ua015")) // is not in the vocabulary
                    .isInstanceOf(EncoderFilesException.class);
            assertThatThrownBy(() -> encoder.idOf("")).isInstanceOf(EncoderFilesException.class);
        }
    }

    /** RoBERTa's mask takes the blank before it; its words have the blank in them. */
    @Test
    void byteLevelLabelWords_haveTheirBlank() throws IOException {
        assumeTrue(Files.isReadable(GPT2_BESIDE), () -> "skipped: no " + GPT2_BESIDE.toAbsolutePath());
        JsonObject tokenizer =
                JsonParser.parseString(Files.readString(GPT2_BESIDE)).getAsJsonObject();
        tokenizer
                .getAsJsonArray("added_tokens")
                .add(JsonParser.parseString(
                        "{\"id\": 50257, \"content\": \"<mask>\", \"single_word\": false, \"lstrip\": true,"
                                + " \"rstrip\": false, \"normalized\": false, \"special\": true}"));
        Files.writeString(folder.resolve("tokenizer.json"), tokenizer.toString());
        try (PromptEncoder encoder = encoder(64, REVIEW)) {
            assertThat(encoder.idOf("great")).isEqualTo(asOneText(" great")[0]);
            assertThat(encoder.encode("A film.", null).ids()).containsOnlyOnce(50257);
        }
    }

    @Test
    void whatCannotBeAsked_isRefused() {
        assertThatThrownBy(() -> PromptTemplate.of("{text} it was"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("{mask} 0 times");
        assertThatThrownBy(() -> PromptTemplate.of("{mask} {mask} {text}")).hasMessageContaining("{mask} 2 times");
        assertThatThrownBy(() -> encoder(6, REVIEW))
                .isInstanceOf(EncoderFilesException.class)
                .hasMessageContaining("no text would be left");
    }
}
