package dev.sotto.job.train;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * What one JVM holds, as Linux tells it.
 *
 * @param pid of the process
 * @param residentMb resident memory in MiB
 * @param heapMb Java heap in use right after a collection, in MiB
 */
record ProcessReading(long pid, long residentMb, long heapMb, long threads, long openFiles) implements Serializable {

    /** Of this JVM, after a collection. */
    static ProcessReading ofThisJvm() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return new ProcessReading(
                ProcessHandle.current().pid(),
                status("VmRSS:") / 1024,
                (runtime.totalMemory() - runtime.freeMemory()) >> 20,
                status("Threads:"),
                descriptors());
    }

    private static long status(String key) {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith(key))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", "")))
                    .sum();
        } catch (IOException notLinux) {
            throw new UncheckedIOException(notLinux);
        }
    }

    private static long descriptors() {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        } catch (IOException notLinux) {
            throw new UncheckedIOException(notLinux);
        }
    }
}
