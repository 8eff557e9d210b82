package dev.sotto.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonPrimitive;
import dev.sotto.core.batch.GoldenRows;
import dev.sotto.core.batch.ImageBatch;
import dev.sotto.core.batch.ImageEncoder;
import dev.sotto.core.batch.ImageSettingsFile;
import dev.sotto.core.batch.UnreadableRowException;
import dev.sotto.core.engine.Safetensors;
import dev.sotto.core.method.Trained;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Folders that transformers has saved, against what it answers to odd pictures: src/test/golden/picture_folders.py. */
class PictureFoldersTest {
    static List<Path> folders() throws IOException, URISyntaxException {
        Path root = Path.of(
                PictureFoldersTest.class.getResource("/vectors/pictures").toURI());
        try (Stream<Path> all = Files.list(root)) {
            return all.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("folders")
    void answers_areTheSameAsInPython(Path folder) throws Exception {
        Map<String, String> pictures = pictures();
        assertThat(pictures).hasSizeGreaterThan(100);
        var encoder = new ImageEncoder(ImageSettingsFile.read(folder));
        try (Safetensors file = Safetensors.open(folder.resolve("expected.safetensors"));
                TrainableModel model = TrainableModel.load(folder, SavedModel.spec(folder, Trained.BIASES_AND_HEAD))) {
            float[] logits = file.floats("logits");
            int outputs = logits.length / pictures.size();
            int row = 0;
            for (Map.Entry<String, String> picture : pictures.entrySet()) {
                byte[] bytes = GoldenRows.bytes(new JsonPrimitive(picture.getKey()));
                float[] expected = Arrays.copyOfRange(logits, row * outputs, ++row * outputs);
                if (Float.isNaN(expected[0])) {
                    assertThatThrownBy(() -> encoder.encode(bytes))
                            .as(picture.getValue())
                            .isInstanceOf(UnreadableRowException.class);
                } else {
                    float[] pixels = encoder.normalise(encoder.encode(bytes));
                    var batch = new ImageBatch(1, 3, encoder.height(), encoder.width(), pixels, new float[1]);
                    float[] actual = model.logits(batch, model.initial());
                    assertThat(actual).as(picture.getValue()).hasSameSizeAs(expected);
                    Close.assertRelative(actual, expected, Rounding.tolerance(model.seed(), batch));
                }
            }
        }
    }

    /** What each is, by its bytes in base64: many rows of the first file are about one picture. */
    private static Map<String, String> pictures() throws IOException {
        Map<String, String> pictures = new LinkedHashMap<>();
        for (JsonArray row : GoldenRows.of("images/rows.json").toList()) {
            pictures.put(row.get(1).getAsString(), row.get(0).getAsString());
        }
        for (JsonArray row : GoldenRows.of("images/odd.json").toList()) {
            pictures.put(row.get(1).getAsString(), row.get(0).getAsString());
        }
        return pictures;
    }
}
