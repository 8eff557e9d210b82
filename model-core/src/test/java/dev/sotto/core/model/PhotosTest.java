package dev.sotto.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sotto.core.batch.ImageBatch;
import dev.sotto.core.batch.ImageEncoder;
import dev.sotto.core.batch.ImageSettingsFile;
import dev.sotto.core.method.Trained;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One scene as a telephone leaves it, held in each of eight ways; what transformers 5.18 with Pillow 12.3 answers to the file. */
class PhotosTest {
    /** The answers are known to four places. */
    private static final double FOUR_PLACES = 0.0001;

    @ParameterizedTest
    @CsvSource({
        "o1, 0.0104, 0.8039, 0.1857",
        "o3, 0.1284, 0.5965, 0.2751",
        "o6, 0.0913, 0.4336, 0.4751",
        "o7, 0.2897, 0.2195, 0.4908",
        "o8, 0.0607, 0.7416, 0.1977"
    })
    void photograph_isSeenUpright(String name, double first, double second, double third) throws Exception {
        Path folder = Path.of(PhotosTest.class.getResource("/vectors/photos").toURI());
        Path vit = folder.resolve("vit");
        var encoder = new ImageEncoder(ImageSettingsFile.read(vit));
        byte[] pixels = encoder.encode(Files.readAllBytes(folder.resolve(name + ".jpg")));
        try (TrainableModel model = TrainableModel.load(vit, SavedModel.spec(vit, Trained.BIASES_AND_HEAD))) {
            var batch =
                    new ImageBatch(1, 3, encoder.height(), encoder.width(), encoder.normalise(pixels), new float[1]);
            double[] odds = exponentials(model.logits(batch, model.initial()));
            double sum = Arrays.stream(odds).sum();
            assertThat(odds[0] / sum).isCloseTo(first, within(FOUR_PLACES));
            assertThat(odds[1] / sum).isCloseTo(second, within(FOUR_PLACES));
            assertThat(odds[2] / sum).isCloseTo(third, within(FOUR_PLACES));
        }
    }

    private static double[] exponentials(float[] logits) {
        double[] odds = new double[logits.length];
        Arrays.setAll(odds, i -> Math.exp(logits[i]));
        return odds;
    }
}
