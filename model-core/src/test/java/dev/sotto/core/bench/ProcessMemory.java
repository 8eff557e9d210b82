package dev.sotto.core.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** This process's resident memory as Linux counts it (proc(5), /proc/self/status), in bytes. */
final class ProcessMemory {
    private static final Path STATUS = Path.of("/proc/self/status");

    private ProcessMemory() {}

    static long resident() throws IOException {
        return field("VmRSS:");
    }

    /** The largest that {@link #resident} has been since {@link #forgetPeak}. */
    static long peak() throws IOException {
        return field("VmHWM:");
    }

    static void forgetPeak() throws IOException {
        Files.writeString(Path.of("/proc/self/clear_refs"), "5");
    }

    private static long field(String name) throws IOException {
        try (var lines = Files.lines(STATUS)) {
            String line =
                    lines.filter(each -> each.startsWith(name)).findFirst().orElseThrow();
            return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
        }
    }
}
