package dev.sotto.core.bench;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** A {@link StepWorker} in a fresh JVM. */
final class StepProcess implements AutoCloseable {
    private final Process process;
    private final BufferedReader output;
    private final Writer input;
    private final File log;

    /** @param mallocThreshold bytes from which glibc gives freed memory back at once; 0 leaves its own rule */
    StepProcess(StepMode mode, Path folder, StepOptions options, long mallocThreshold) throws IOException {
        log = folder.resolveSibling(mode.name().toLowerCase(Locale.ROOT) + ".log")
                .toFile();
        var builder = new ProcessBuilder(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-Xmn16m", // or Java's garbage is the larger part of the memory that differs
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                StepWorker.class.getName(),
                mode.name(),
                folder.toString(),
                Integer.toString(options.rows()),
                Integer.toString(options.length()),
                Integer.toString(options.threads()),
                options.model().name()));
        builder.environment().put("DJL_OFFLINE", "true");
        builder.environment().put("OMP_NUM_THREADS", Integer.toString(options.threads()));
        if (mallocThreshold > 0) {
            builder.environment().put("MALLOC_MMAP_THRESHOLD_", Long.toString(mallocThreshold));
        }
        process = builder.redirectError(log).start();
        output = process.inputReader();
        input = process.outputWriter();
    }

    /** Waits until the model is loaded. */
    void awaitReady() throws IOException {
        answer();
    }

    /** One step that is not timed. */
    void warmUp() throws IOException {
        step();
    }

    /** One step that is. */
    void time(StepResult result) throws IOException {
        String[] times = step().split(" ", 2);
        result.add(Long.parseLong(times[0]), Long.parseLong(times[1]));
    }

    /** Ends the process; gives the most bytes that any step took above what is resident between steps. */
    long finish() throws IOException {
        input.close();
        return Long.parseLong(answer());
    }

    private String step() throws IOException {
        input.write("step\n");
        input.flush();
        return answer();
    }

    private String answer() throws IOException {
        String line = output.readLine();
        if (line == null) {
            throw new IOException("A measuring process ended early; " + log + " says why.");
        }
        return line;
    }

    @Override
    public void close() {
        process.destroy();
    }
}
