package dev.sotto.core.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Settings by what they do to images, against transformers' and torchvision's values: processor_rows.py. */
class ImageSettingsTest {
    private static final String NORMALISED = "\"image_mean\": [0.5, 0.5, 0.5], \"image_std\": [0.5, 0.5, 0.5]";

    @TempDir
    Path folder;

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("rows")
    void values_areThoseOfTheModelsOwnPreprocessing(String kind, JsonObject config, byte[] file, float[] expected)
            throws Exception {
        var encoder = new ImageEncoder(kind.equals("torchvision") ? torchvision(config) : huggingFace(config));
        float[] actual = encoder.normalise(encoder.encode(file));
        if (encoder.height() == 384) {
            actual = everySixteenth(actual, encoder.height());
        }
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.length; i++) {
            // float32 against double: at most some units in the last place of values up to 1000
            assertThat((double) actual[i]).isCloseTo(expected[i], within(2e-6 * Math.max(1, Math.abs(expected[i]))));
        }
    }

    static Stream<Arguments> rows() throws IOException {
        return GoldenRows.of("images/processor-rows.json")
                .map(row -> Arguments.of(
                        row.get(0).getAsString(),
                        row.get(1).getAsJsonObject(),
                        GoldenRows.bytes(row.get(2)),
                        floats(GoldenRows.bytes(row.get(3)))));
    }

    @Test
    void settings_areTheSameAfterTheirJourney() throws Exception {
        var bytes = new ByteArrayOutputStream();
        try (var out = new ObjectOutputStream(bytes)) {
            out.writeObject(ImageSettings.TORCHVISION);
        }
        try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            assertThat(in.readObject()).isEqualTo(ImageSettings.TORCHVISION);
        }
    }

    @Test
    void squeezeNetsAndUnnamedFolders_haveTorchvisionsSettings() throws IOException {
        assertThat(ImageSettingsFile.read(folder)).isEqualTo(ImageSettings.TORCHVISION);
        Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"squeezenet\"}");
        assertThat(ImageSettingsFile.read(folder)).isEqualTo(ImageSettings.TORCHVISION);
    }

    @Test
    void otherFamilies_needTheirOwnFile() throws IOException {
        Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"vit\"}");
        assertThatThrownBy(() -> ImageSettingsFile.read(folder))
                .isInstanceOf(EncoderFilesException.class)
                .hasMessageContainingAll("preprocessor_config.json", "vit");
    }

    @Test
    void oneNumber_isTheShorterEdgeForConvNextAndBothEdgesForOthers() throws IOException {
        write("{\"size\": 14, " + NORMALISED + "}");
        assertThat(ImageSettingsFile.read(folder).resize()).isEqualTo(new Resize.Exact(14, 14, Resample.BILINEAR));
        write("{\"size\": 14, \"feature_extractor_type\": \"ConvNextFeatureExtractor\", " + NORMALISED + "}");
        assertThat(ImageSettingsFile.read(folder).resize()).isEqualTo(new Resize.ShortestEdge(16, Resample.BILINEAR));
    }

    @Test
    void imageSize_keepsTheShareOfTheCrop() {
        ImageSettings half = ImageSettings.TORCHVISION.withImageSize(112);
        assertThat(half.resize()).isEqualTo(new Resize.ShortestEdge(128, Resample.BILINEAR));
        assertThat(half.height()).isEqualTo(112);
        assertThat(ImageSettings.TORCHVISION.withImageSize(224)).isEqualTo(ImageSettings.TORCHVISION);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{                                                    | not a JSON object",
                "{MEANS}                                              | no size",
                "{MEANS, \"size\": {\"longest_edge\": 5}}             | height",
                "{MEANS, \"size\": {\"shortest_edge\": 5}}            | different sizes",
                "{MEANS, \"size\": 0}                                 | at least 1",
                "{MEANS, \"size\": 2.5}                               | whole number",
                "{MEANS, \"size\": \"big\"}                           | a number",
                "{MEANS, \"size\": 9, \"resample\": 6}                | resample",
                "{MEANS, \"size\": 9, \"do_flip_channel_order\": true} | do_flip_channel_order",
                "{MEANS, \"do_resize\": false}                        | different sizes",
                "{\"size\": 9}                                        | no image_mean",
                "{\"size\": 9, \"image_mean\": [1, 2], \"image_std\": 1} | three numbers",
                "{\"size\": 9, \"image_mean\": 0.5, \"image_std\": 0} | positive deviations"
            })
    void filesThatCannotBeFollowed_areRefused(String json, String complaint) throws IOException {
        write(json.replace("MEANS", NORMALISED));
        assertThatThrownBy(() -> ImageSettingsFile.read(folder))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(complaint);
    }

    private ImageSettings huggingFace(JsonObject config) throws IOException {
        write(config.toString());
        return ImageSettingsFile.read(folder);
    }

    private static ImageSettings torchvision(JsonObject config) {
        int[] crop = GoldenRows.ints(config.get("crop"));
        ImageSettings own = ImageSettings.TORCHVISION;
        return new ImageSettings(
                new Resize.ShortestEdge(config.get("resize").getAsInt(), Resample.BILINEAR),
                new CentreCrop(crop[0], crop[1], own.crop().rounding()),
                own.scale(),
                own.mean(),
                own.std());
    }

    private void write(String json) throws IOException {
        Files.writeString(folder.resolve("preprocessor_config.json"), json);
    }

    private static float[] floats(byte[] littleEndian) {
        float[] floats = new float[littleEndian.length / Float.BYTES];
        ByteBuffer.wrap(littleEndian)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(floats);
        return floats;
    }

    private static float[] everySixteenth(float[] square, int edge) {
        int kept = edge / 16;
        float[] result = new float[ImageSettings.CHANNELS * kept * kept];
        for (int i = 0; i < result.length; i++) {
            int row = i / kept % kept;
            result[i] = square[(i / (kept * kept) * edge + row * 16) * edge + i % kept * 16];
        }
        return result;
    }
}
