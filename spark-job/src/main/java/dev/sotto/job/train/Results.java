package dev.sotto.job.train;

import dev.sotto.core.checkpoint.BiasDelta;
import dev.sotto.core.checkpoint.ModelExport;
import dev.sotto.core.model.SeedModel;
import dev.sotto.job.config.DataSettings.Target;
import dev.sotto.job.report.HtmlReport;
import dev.sotto.job.report.JsonReport;
import dev.sotto.job.report.PrivacyReport;
import dev.sotto.job.store.OutputFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.fs.FileUtil;

/** What a run leaves in its output folder: {@code model/}, {@code delta/}, the privacy report. Public, all of it. */
final class Results {

    static final String MODEL = "model";
    static final String DELTA = "delta";
    static final String REPORT = "privacy-report.html";

    private Results() {}

    /** Writes model and delta here first, then moves them to wherever the folder is. */
    static void write(OutputFolder output, SeedModel seed, float[] trained, Target target, PrivacyReport report) {
        try {
            Path here = Files.createTempDirectory("sotto-results-");
            try {
                Path model = here.resolve(MODEL);
                ModelExport.write(seed, trained, target.names(), model);
                Path delta = Files.createDirectory(here.resolve(DELTA));
                writeDelta(seed, trained, target, delta.resolve("delta.safetensors"));
                output.put(model, MODEL);
                output.put(delta, DELTA);
            } finally {
                FileUtil.fullyDelete(here.toFile());
            }
        } catch (IOException cannotWrite) {
            throw new UncheckedIOException(cannotWrite);
        }
        output.write("privacy-report.json", JsonReport.render(report));
        output.write(REPORT, HtmlReport.render(report));
    }

    static void writeDelta(SeedModel seed, float[] trained, Target target, Path file) throws IOException {
        BiasDelta.write(seed, trained, target.names(), file);
    }
}
