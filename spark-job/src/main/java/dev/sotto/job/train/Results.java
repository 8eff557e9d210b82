package dev.sotto.job.train;

import dev.sotto.core.checkpoint.BiasDelta;
import dev.sotto.core.checkpoint.ModelExport;
import dev.sotto.core.checkpoint.PeftAdapter;
import dev.sotto.core.checkpoint.Provenance;
import dev.sotto.core.model.SeedModel;
import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import dev.sotto.job.config.DataSettings.Target;
import dev.sotto.job.report.HtmlReport;
import dev.sotto.job.report.JsonReport;
import dev.sotto.job.report.PrivacyReport;
import dev.sotto.job.store.OutputFolder;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.fs.FileUtil;

/**
 * What a run leaves in its output folder: {@code model/}, {@code delta/}, with LoRA {@code adapter/} in peft's layout, the privacy report,
 * and hashes of them all. Public, all of it.
 */
final class Results {

    static final String MODEL = "model";
    static final String DELTA = "delta";
    static final String ADAPTER = "adapter";
    static final String REPORT = "privacy-report.html";
    static final String JSON = "privacy-report.json";
    static final String SUMS = "SHA256SUMS";

    private static final long SMALL_FILES = 16 << 20; // reports, tokenizer, checkpoints

    private Results() {}

    /**
     * Whether there will be room for them, here and there.
     *
     * @throws SottoException if not
     */
    static void requireRoom(OutputFolder output, SeedModel seed) {
        long bytes = weights(seed.path()) + SMALL_FILES;
        output.requireRoom(bytes);
        File here = new File(System.getProperty("java.io.tmpdir"));
        if (here.getUsableSpace() < bytes) {
            throw new SottoException(
                    ExitCode.OUTPUT,
                    ("The results are put together in %s, where %d MiB are free and %d MiB are needed. Nothing was read or"
                                    + " charged. Make room, or name another folder with --driver-java-options"
                                    + " -Djava.io.tmpdir=FOLDER.")
                            .formatted(here, here.getUsableSpace() >> 20, bytes >> 20));
        }
    }

    private static long weights(Path seed) {
        File[] files = seed.toFile().listFiles((folder, name) -> name.endsWith(".safetensors") || name.endsWith(".pt"));
        return files == null ? 0 : Arrays.stream(files).mapToLong(File::length).sum();
    }

    /**
     * Writes model and delta here first, then moves them to wherever the folder is.
     *
     * @param beforeRelease is given the SHA-256 of each file of trained weights that a run may begin from, before anybody can have it
     */
    static void write(
            OutputFolder output,
            SeedModel seed,
            float[] trained,
            Target target,
            Provenance provenance,
            PrivacyReport report,
            Consumer<String> beforeRelease) {
        var sums = new Checksums();
        try {
            Path here = Files.createTempDirectory("sotto-results-");
            try {
                Path model = here.resolve(MODEL);
                Path weights = ModelExport.write(seed, trained, target.names(), model);
                Files.writeString(model.resolve(Provenance.FILE), provenance.json() + "\n");
                Path delta = Files.createDirectory(here.resolve(DELTA));
                writeDelta(seed, trained, target, provenance, delta.resolve("delta.safetensors"));
                sums.add(MODEL, model);
                sums.add(DELTA, delta);
                beforeRelease.accept(sums.of(MODEL + "/" + weights.getFileName()));
                Optional<Path> adapter = writeAdapter(seed, trained, provenance, here);
                if (adapter.isPresent()) {
                    sums.add(ADAPTER, adapter.get());
                    beforeRelease.accept(sums.of(ADAPTER + "/" + PeftAdapter.WEIGHTS));
                }
                output.put(model, MODEL);
                output.put(delta, DELTA);
                adapter.ifPresent(folder -> output.put(folder, ADAPTER));
            } finally {
                FileUtil.fullyDelete(here.toFile());
            }
        } catch (IOException cannotWrite) {
            throw new UncheckedIOException(cannotWrite);
        }
        String json = JsonReport.render(report.withFiles(sums.byName()));
        sums.add(JSON, json);
        String page = HtmlReport.render(report.withFiles(sums.byName()));
        sums.add(REPORT, page);
        output.write(JSON, json);
        output.write(REPORT, page);
        output.write(SUMS, sums.lines());
    }

    /** What a run with low-rank updates has learned, for other programs and as a beginning for later runs. */
    private static Optional<Path> writeAdapter(SeedModel seed, float[] trained, Provenance provenance, Path here)
            throws IOException {
        if (!PeftAdapter.holds(seed)) {
            return Optional.empty();
        }
        Path adapter = Files.createDirectory(here.resolve(ADAPTER));
        PeftAdapter.write(seed, trained, adapter);
        Files.writeString(adapter.resolve(Provenance.FILE), provenance.json() + "\n");
        return Optional.of(adapter);
    }

    static void writeDelta(SeedModel seed, float[] trained, Target target, Provenance provenance, Path file)
            throws IOException {
        BiasDelta.write(seed, trained, target.names(), provenance, file);
    }
}
