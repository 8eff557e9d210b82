package dev.sotto.core.engine;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Memory mappings of this process, as Linux tells them; elsewhere the test is skipped. */
public final class Mappings {
    private static final Path MAPS = Path.of("/proc/self/maps");

    private Mappings() {}

    /** How many there are of files in a folder, or of one file. */
    public static long of(Path folderOrFile) throws IOException {
        assumeTrue(Files.exists(MAPS), "Skipped: no " + MAPS);
        String path = folderOrFile.toRealPath().toString();
        try (Stream<String> lines = Files.lines(MAPS)) {
            return lines.filter(line -> line.contains(path)).count();
        }
    }
}
