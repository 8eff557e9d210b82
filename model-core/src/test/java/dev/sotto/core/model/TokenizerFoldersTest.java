package dev.sotto.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.sotto.core.batch.EncodedText;
import dev.sotto.core.batch.ExpectedTokens;
import dev.sotto.core.batch.TextEncoder;
import dev.sotto.core.batch.TokenBatch;
import dev.sotto.core.batch.TokenizerFiles;
import dev.sotto.core.engine.Safetensors;
import dev.sotto.core.method.Trained;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Folders that transformers has saved, with trained tokenizers of every kind, against what transformers makes of odd texts in them:
 * src/test/golden/tokenizer_folders.py.
 */
class TokenizerFoldersTest {
    /** The folders that hold a whole model. */
    static List<String> withWeights() {
        return List.of(
                "bert",
                "distilbert",
                "roberta",
                "xlm-roberta",
                "camembert",
                "albert",
                "gpt2",
                "llama",
                "llama-of-bytes");
    }

    static List<Path> folders() throws IOException, URISyntaxException {
        try (Stream<Path> all = Files.list(root())) {
            return all.filter(Files::isDirectory).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("folders")
    void texts_becomeTheSameTokensAsInPython(Path folder) throws IOException {
        List<JsonObject> rows = rows(folder);
        assertThat(rows).hasSizeGreaterThan(40);
        for (JsonObject row : rows) {
            EncodedText actual = encoded(folder, row);
            int[] ids = ints(row.get("ids"));
            assertThat(actual.ids()).as("ids of %s", row).containsExactly(ids);
            assertThat(actual.typeIds())
                    .as("types of %s", row)
                    .containsExactly(row.has("types") ? ints(row.get("types")) : new int[ids.length]);
        }
        assertThat(ExpectedTokens.read(folder.resolve("tokens.jsonl")).firstDifference(folder))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("folders")
    void classThatWasFollowed_isPythons(Path folder) throws IOException {
        String first = Files.readString(folder.resolve("tokens.jsonl"))
                .lines()
                .findFirst()
                .orElseThrow();
        String expected = JsonParser.parseString(first)
                .getAsJsonObject()
                .get("tokenizer_class")
                .getAsString();
        assertThat(TokenizerFiles.read(folder, 40).told().get(0)).startsWith(expected + ",");
    }

    @ParameterizedTest
    @MethodSource("withWeights")
    void answers_areTheSameAsInPython(String name) throws IOException, URISyntaxException {
        Path folder = root().resolve(name);
        List<JsonObject> rows = rows(folder);
        assertThat(rows).hasSizeGreaterThan(100);
        try (Safetensors file = Safetensors.open(folder.resolve("expected.safetensors"));
                TrainableModel model = TrainableModel.load(folder, SavedModel.spec(folder, Trained.BIASES_AND_HEAD))) {
            float[] expected = file.floats("logits");
            float[] actual = expected.clone();
            int outputs = expected.length / rows.size();
            double tolerance = 0;
            for (int i = 0; i < rows.size(); i++) {
                EncodedText text = encoded(folder, rows.get(i));
                if (text.length() == 0) { // GPT-2 makes nothing of no text: no model answers that
                    Arrays.fill(expected, i * outputs, (i + 1) * outputs, 0);
                    Arrays.fill(actual, i * outputs, (i + 1) * outputs, 0);
                } else {
                    TokenBatch batch = TokenBatch.padded(
                            new int[][] {text.ids()}, new int[][] {text.typeIds()}, new float[1], 0, 40);
                    System.arraycopy(model.logits(batch, model.initial()), 0, actual, i * outputs, outputs);
                    tolerance = Rounding.tolerance(model.seed(), batch);
                }
            }
            Close.assertRelative(actual, expected, tolerance);
        }
    }

    private static EncodedText encoded(Path folder, JsonObject row) {
        try (TextEncoder encoder =
                TextEncoder.open(folder, row.get("max_length").getAsInt())) {
            String text = row.get("text").getAsString();
            return row.has("pair") ? encoder.encode(text, row.get("pair").getAsString()) : encoder.encode(text);
        }
    }

    private static List<JsonObject> rows(Path folder) throws IOException {
        return Arrays.stream(Files.readString(folder.resolve("tokens.jsonl")).split("\n", -1))
                .filter(line -> !line.isEmpty())
                .map(line -> JsonParser.parseString(line).getAsJsonObject())
                .filter(row -> row.has("text"))
                .toList();
    }

    private static int[] ints(JsonElement array) {
        return ((JsonArray) array)
                .asList().stream().mapToInt(JsonElement::getAsInt).toArray();
    }

    private static Path root() throws URISyntaxException {
        return Path.of(
                TokenizerFoldersTest.class.getResource("/vectors/tokenizers").toURI());
    }
}
