package dev.sotto.core.bench;

import dev.sotto.core.model.RandomFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/** Writes one of the measured shapes with random weights, for benchmarks that load it by its address. */
final class BenchFolder {
    private static final int LAYERS = 12;

    private BenchFolder() {}

    /** Arguments: a folder, empty; the shape's name. */
    public static void main(String[] args) throws IOException {
        BenchModel model = BenchModel.valueOf(args[1].toUpperCase(Locale.ROOT));
        RandomFolder.write(Path.of(args[0]), model.config(LAYERS, model.usualLength()));
    }
}
