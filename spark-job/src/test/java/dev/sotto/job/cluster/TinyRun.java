package dev.sotto.job.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.job.OwnJvm;
import dev.sotto.job.cli.TinyModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One small run with one key, to be made in several ways: driver in a JVM of its own, everything in one folder. */
final class TinyRun {

    private final Path folder;
    private final int steps;
    private final Path model;
    private final Path table;

    TinyRun(Path folder, int steps) throws IOException {
        this.folder = folder;
        this.steps = steps;
        this.model = TinyModel.in(folder);
        this.table =
                Files.createDirectories(folder.resolve("table.csv")); // of several files, which several executors read
        for (int part = 0; part < 4; part++) {
            TinyModel.table(table, "part-" + part + ".csv", 100);
        }
    }

    /** Starts it, with the properties of a driver and more options of the run. */
    Process start(String name, Map<String, String> spark, String... more) throws Exception {
        Map<String, String> properties = new HashMap<>(spark);
        properties.put("spark.local.dir", folder.resolve(name + "-local").toString());
        List<String> arguments = new ArrayList<>(List.of(
                "train",
                "--table=" + table,
                "--text-column=message",
                "--label-column=answer",
                "--labels=no,yes",
                "--privacy-unit-column=person",
                "--model=" + model,
                "--partitions=4",
                "--noise-multiplier=1",
                "--delta=1e-4",
                "--max-rows-per-unit=3",
                "--batch-size=10",
                "--units=40",
                "--steps=" + steps,
                "--learning-rate=0.01",
                "--insecure-seed=11",
                "--output=" + folder.resolve(name)));
        arguments.addAll(List.of(more));
        return OwnJvm.start(
                properties, folder.resolve(name + ".txt"), Class.forName("dev.sotto.job.cli.Main"), arguments);
    }

    /** The folder of its table. */
    Path table() {
        return table;
    }

    /** What it has printed so far. */
    String log(String name) {
        try {
            return Files.readString(folder.resolve(name + ".txt"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Waits for its end, which must be a good one. */
    void finish(String name, Process driver) throws InterruptedException {
        assertThat(driver.waitFor(8, TimeUnit.MINUTES)).as(() -> log(name)).isTrue();
        assertThat(driver.exitValue()).as(() -> log(name)).isZero();
    }

    /** What it has trained. */
    byte[] weights(String name) throws IOException {
        return Files.readAllBytes(folder.resolve(name).resolve("model").resolve("model.safetensors"));
    }
}
