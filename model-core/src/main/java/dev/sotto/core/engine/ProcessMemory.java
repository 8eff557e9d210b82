package dev.sotto.core.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** This process's resident memory as Linux counts it (proc(5), /proc/self/status), in bytes. */
public final class ProcessMemory {
    private static final Path STATUS = Path.of("/proc/self/status");

    private static final int SETTLES = 3;
    private static final long SETTLE_MILLIS = 300;

    private ProcessMemory() {}

    /** What is resident now. */
    public static long resident() throws IOException {
        return field("VmRSS:");
    }

    /** The largest that {@link #resident} has been since {@link #forgetPeak}. */
    public static long peak() throws IOException {
        return field("VmHWM:");
    }

    /** From now on {@link #peak} counts. */
    public static void forgetPeak() throws IOException {
        Files.writeString(Path.of("/proc/self/clear_refs"), "5");
    }

    /** Waits until what the collector frees off the heap, such as direct buffers, is gone. */
    public static void settle() throws InterruptedException {
        for (int i = 0; i < SETTLES; i++) {
            System.gc();
            Thread.sleep(SETTLE_MILLIS);
        }
    }

    private static long field(String name) throws IOException {
        try (var lines = Files.lines(STATUS)) {
            String line =
                    lines.filter(each -> each.startsWith(name)).findFirst().orElseThrow();
            return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
        }
    }
}
