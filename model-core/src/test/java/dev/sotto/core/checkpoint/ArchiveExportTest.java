package dev.sotto.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.Gson;
import dev.sotto.core.batch.TokenBatch;
import dev.sotto.core.family.ModelSpec;
import dev.sotto.core.family.Task;
import dev.sotto.core.method.Trained;
import dev.sotto.core.model.Close;
import dev.sotto.core.model.Rounding;
import dev.sotto.core.model.SavedModel;
import dev.sotto.core.model.TrainableModel;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A trained archive goes back as the archive it was, with other numbers in it. */
class ArchiveExportTest {
    private static final ModelSpec SPEC = new ModelSpec(Task.CLASSIFICATION, 3, Trained.BIASES_AND_HEAD);
    private static final List<String> LABELS = List.of("no", "yes", "maybe");
    private static final String TORCH =
            "import torch, sys; sys.exit([int(n) for n in torch.__version__.split('.')[:2]] < [2, 1])";
    private static final Path ROUND_TRIP = Path.of("src/test/golden/archive_round_trip.py");

    @TempDir
    Path folder;

    private static Path seed() throws URISyntaxException {
        return Path.of(ArchiveExportTest.class
                .getResource("/vectors/archives/scripted_text")
                .toURI());
    }

    private static float[] learned(TrainableModel model) {
        float[] trained = model.initial();
        for (int i = 0; i < trained.length; i++) {
            trained[i] += (i % 7 - 3) / 8f;
        }
        return trained;
    }

    private static TokenBatch rows() {
        int[] ids = {3, 14, 15, 9, 2, 6, 5, 35, 8, 9, 7, 9, 3, 2, 38};
        int[] mask = {1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 0, 0, 0};
        return new TokenBatch(3, 5, ids, mask, new int[15], new float[3]);
    }

    @Test
    void trainedArchive_isReadAgainWithItsNumbersAndNames() throws IOException, URISyntaxException {
        try (TrainableModel model = TrainableModel.load(seed(), SPEC)) {
            float[] trained = learned(model);
            ModelExport.write(model.seed(), trained, LABELS, folder);

            assertThat(SavedModel.of(folder).labels()).isEqualTo(LABELS);
            try (TrainableModel again = TrainableModel.load(folder, SPEC)) {
                assertThat(again.initial()).isEqualTo(trained);
                assertThat(again.logits(rows(), again.initial())).isEqualTo(model.logits(rows(), trained));
            }
        }
    }

    @Test
    void whatIsNotTrained_keepsItsBytes_andChecksumsAreRight() throws IOException, URISyntaxException {
        int changed = 0;
        try (TrainableModel model = TrainableModel.load(seed(), SPEC)) {
            ModelExport.write(model.seed(), learned(model), LABELS, folder);
        }
        try (var before = new ZipFile(seed().resolve("model.pt").toFile());
                var after = new ZipFile(folder.resolve("model.pt").toFile())) {
            assertThat(after.size()).isEqualTo(before.size());
            for (Enumeration<? extends ZipEntry> entries = before.entries(); entries.hasMoreElements(); ) {
                ZipEntry entry = entries.nextElement();
                ZipEntry copied = after.getEntry(entry.getName());
                byte[] bytes = after.getInputStream(copied).readAllBytes();
                var crc = new CRC32();
                crc.update(bytes);
                assertThat(copied.getCrc()).as(entry.getName()).isEqualTo(crc.getValue());
                if (!Arrays.equals(bytes, before.getInputStream(entry).readAllBytes())) {
                    changed++;
                    assertThat(entry.getName()).contains("/data/");
                }
            }
        }
        assertThat(changed).as("biases, and the head's weight").isEqualTo(18);
        assertThat(Files.size(folder.resolve("model.pt"))).isEqualTo(Files.size(seed().resolve("model.pt")));
    }

    @Test
    void delta_isReadForItsArchive() throws IOException, URISyntaxException {
        try (TrainableModel model = TrainableModel.load(seed(), SPEC)) {
            float[] trained = learned(model);
            Path delta = folder.resolve("delta.safetensors");
            BiasDelta.write(model.seed(), trained, LABELS, delta);

            assertThat(BiasDelta.read(delta, model.seed())).isEqualTo(trained);
        }
    }

    /** What scripts/export makes is trained here, and PyTorch gives the trained archive's logits. */
    @Test
    void archive_goesFromPythonAndBack() throws IOException, InterruptedException {
        assumeTrue(python("-c", TORCH) == 0, "Skipped: python3 here has no torch, or one before 2.1");
        Path seed = folder.resolve("seed");
        Path trained = folder.resolve("trained");
        assertThat(python(ROUND_TRIP.toString(), "make", seed.toString())).isZero();
        float[] expected;
        double rounding;
        try (TrainableModel model = TrainableModel.load(seed, SPEC)) {
            float[] learned = learned(model);
            ModelExport.write(model.seed(), learned, LABELS, trained);
            expected = model.logits(rows(), learned);
            rounding = Rounding.tolerance(model.seed(), rows());
        }
        Files.writeString(trained.resolve("rows.json"), new Gson().toJson(List.of(rows().ids(), rows().mask())));

        assertThat(python(ROUND_TRIP.toString(), "logits", trained.toString())).isZero();
        float[] actual = new Gson().fromJson(Files.readString(trained.resolve("logits.json")), float[].class);
        Close.assertRelative(actual, expected, rounding);
    }

    private static int python(String... arguments) throws InterruptedException {
        String[] command = new String[arguments.length + 1];
        command[0] = "python3";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor(5, TimeUnit.MINUTES);
            if (process.exitValue() != 0) {
                System.err.println(said);
            }
            return process.exitValue();
        } catch (IOException noPython) {
            return -1;
        }
    }
}
