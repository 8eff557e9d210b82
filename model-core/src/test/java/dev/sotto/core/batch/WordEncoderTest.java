package dev.sotto.core.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Awkward words against rows made by the Hugging Face library itself: src/test/golden/word_rows.py. */
class WordEncoderTest {
    private static final Path GPT2_BESIDE = Path.of("../../shared/data/tokenizers/gpt2-tokenizer.json");

    @TempDir
    Path folder;

    @Test
    void words_giveHuggingFacesRows() throws IOException {
        Files.writeString(folder.resolve("tokenizer.json"), GoldenRows.text("tokenizers/tokenizer.json"));
        assertRows("seed-word-rows");
    }

    @Test
    void byteLevelWords_giveHuggingFacesRowsWithPrefixSpace() throws IOException {
        assumeTrue(Files.isReadable(GPT2_BESIDE), () -> "skipped: no " + GPT2_BESIDE.toAbsolutePath());
        Files.copy(GPT2_BESIDE, folder.resolve("tokenizer.json"));
        assertRows("gpt2-word-rows");
    }

    private void assertRows(String name) throws IOException {
        for (int maxLength : new int[] {128, 12, 5}) {
            List<JsonArray> rows = GoldenRows.of("tokenizers/" + name + ".json")
                    .filter(row -> row.get(1).getAsInt() == maxLength)
                    .toList();
            assertThat(rows).hasSizeGreaterThan(10);
            try (WordEncoder encoder = WordEncoder.open(TokenizerFiles.read(folder, maxLength))) {
                for (JsonArray row : rows) {
                    EncodedWords actual = encoder.encode(row.get(0).getAsJsonArray().asList().stream()
                            .map(JsonElement::getAsString)
                            .toList());
                    assertThat(actual.text().ids()).as("ids of %s", row).containsExactly(GoldenRows.ints(row.get(2)));
                    assertThat(actual.begun()).as("words of %s", row).containsExactly(GoldenRows.ints(row.get(3)));
                }
            }
        }
    }
}
