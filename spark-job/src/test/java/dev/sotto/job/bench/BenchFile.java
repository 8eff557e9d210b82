package dev.sotto.job.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where benchmarks leave their numbers. */
public final class BenchFile {

    private BenchFile() {}

    /** The folder of all, which is there. */
    public static Path folder() throws IOException {
        return Files.createDirectories(Path.of(System.getProperty("bench.folder", "target/bench")));
    }

    /** Writes a benchmark's numbers as JSON. */
    public static void write(String name, Object numbers) throws IOException {
        new ObjectMapper()
                .writerWithDefaultPrettyPrinter()
                .writeValue(folder().resolve(name).toFile(), numbers);
    }
}
