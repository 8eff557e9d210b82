package dev.sotto.core.batch;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Small images of every kind against Pillow's pixels: src/test/golden/image_rows.py. */
class ImageEncoderGoldenTest {
    /** How far the JDK's JPEG decoder is from Pillow's, in 8-bit levels: not at all on these files. */
    private static final int JPEG_LEVELS = 0;

    @ParameterizedTest(name = "{0} to {2}")
    @MethodSource("rows")
    void pixels_areThoseOfPillow(String kind, byte[] file, ImageSettings settings, byte[] expected) throws Exception {
        byte[] actual = new ImageEncoder(settings).encode(file);
        assertThat(actual).hasSameSizeAs(expected);
        int largest = 0;
        for (int i = 0; i < actual.length; i++) {
            largest = Math.max(largest, Math.abs((actual[i] & 0xFF) - (expected[i] & 0xFF)));
        }
        assertThat(largest).as("largest difference in levels").isLessThanOrEqualTo(JPEG_LEVELS);
    }

    static Stream<Arguments> rows() throws IOException {
        return GoldenRows.of("images/rows.json").map(row -> {
            var resample = Resample.ofPillow(row.get(4).getAsInt()).orElseThrow();
            var resize = new Resize.Exact(row.get(2).getAsInt(), row.get(3).getAsInt(), resample);
            JsonArray window = row.get(5).getAsJsonArray();
            var crop = new CentreCrop(window.get(2).getAsInt(), window.get(3).getAsInt(), CentreCrop.Rounding.DOWN);
            assertThat(crop.origin(resize.height(), crop.height()))
                    .isEqualTo(window.get(0).getAsInt());
            assertThat(crop.origin(resize.width(), crop.width()))
                    .isEqualTo(window.get(1).getAsInt());
            var settings = new ImageSettings(resize, crop, 1, List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0));
            return Arguments.of(
                    row.get(0).getAsString(), GoldenRows.bytes(row.get(1)), settings, GoldenRows.bytes(row.get(6)));
        });
    }
}
