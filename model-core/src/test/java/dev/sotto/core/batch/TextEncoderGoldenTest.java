package dev.sotto.core.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonArray;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Awkward texts against rows made by the Hugging Face libraries themselves: src/test/golden/tokenizer_rows.py. */
class TextEncoderGoldenTest {
    /** Other people's tokenizers are not part of this repository; where they lie beside it, they are tried too. */
    private static final Path TOKENIZERS_BESIDE = Path.of("../../shared/data/tokenizers");

    @TempDir
    Path folder;

    @Test
    void tokenizerJson_givesHuggingFacesRows() throws IOException {
        copyResource("tokenizer.json");
        askForTokenTypes();
        assertRows("seed-rows");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "seed-vocabulary-lower-rows    | {}",
                "seed-vocabulary-lower-rows    | {\"do_lower_case\": true, \"cls_token\": {\"content\": \"[CLS]\"}}",
                "seed-vocabulary-cased-rows    | {\"do_lower_case\": false}",
                "seed-vocabulary-accents-rows  | {\"strip_accents\": false, \"tokenize_chinese_chars\": false}"
            })
    void vocabulary_givesHuggingFacesRows(String rows, String tokenizerConfig) throws IOException {
        copyResource("vocab.txt");
        Files.writeString(folder.resolve("tokenizer_config.json"), tokenizerConfig);
        assertRows(rows);
    }

    @ParameterizedTest
    @CsvSource({"bert-uncased-tokenizer.json, bert-uncased-rows", "gpt2-tokenizer.json, gpt2-rows"})
    void tokenizersBeside_giveHuggingFacesRows(String file, String rows) throws IOException {
        Path tokenizer = TOKENIZERS_BESIDE.resolve(file);
        assumeTrue(Files.isReadable(tokenizer), () -> "skipped: no " + tokenizer.toAbsolutePath());
        Files.copy(tokenizer, folder.resolve("tokenizer.json"));
        askForTokenTypes();
        assertRows(rows);
    }

    private void assertRows(String name) throws IOException {
        for (int maxLength : new int[] {512, 32, 7}) {
            List<JsonArray> rows = GoldenRows.of("tokenizers/" + name + ".json")
                    .filter(row -> row.get(2).getAsInt() == maxLength)
                    .toList();
            assertThat(rows).hasSizeGreaterThan(25);
            try (TextEncoder encoder = TextEncoder.open(folder, maxLength)) {
                for (JsonArray row : rows) {
                    String text = row.get(0).getAsString();
                    EncodedText actual = row.get(1).isJsonNull()
                            ? encoder.encode(text)
                            : encoder.encode(text, row.get(1).getAsString());
                    assertThat(actual.ids()).as("ids of %s", row).containsExactly(GoldenRows.ints(row.get(3)));
                    assertThat(actual.typeIds()).as("type ids of %s", row).containsExactly(GoldenRows.ints(row.get(4)));
                }
            }
        }
    }

    /** The rows are the tokenizers library's own, which always tells the two texts apart. */
    private void askForTokenTypes() throws IOException {
        Files.writeString(
                folder.resolve("tokenizer_config.json"),
                "{\"model_input_names\": [\"input_ids\", \"token_type_ids\", \"attention_mask\"]}");
    }

    private void copyResource(String name) throws IOException {
        Files.writeString(folder.resolve(name), GoldenRows.text("tokenizers/" + name));
    }
}
