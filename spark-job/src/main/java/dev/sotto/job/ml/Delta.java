package dev.sotto.job.ml;

import dev.sotto.core.checkpoint.BiasDelta;
import dev.sotto.core.checkpoint.DeltaPurpose;
import dev.sotto.core.family.Task;
import dev.sotto.job.train.Finished;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/** What was trained, as the file that {@code sotto train} leaves: it says itself what it is for, and which seed it belongs to. */
final class Delta implements Serializable {

    private static final long serialVersionUID = 1L;

    private final byte[] file;

    Delta(byte[] file) {
        this.file = file;
    }

    static Delta of(Finished run) {
        return inFile(new byte[0], path -> {
            run.writeDelta(path);
            return new Delta(Files.readAllBytes(path));
        });
    }

    byte[] bytes() {
        return file;
    }

    /** The labels by index; of a number its name alone. */
    List<String> labels() {
        return purpose().labels();
    }

    boolean isOfLabels() {
        Task task = purpose().spec().task();
        return task == Task.CLASSIFICATION || task == Task.MASKED_PROMPT;
    }

    private DeltaPurpose purpose() {
        return inFile(file, BiasDelta::purpose);
    }

    /** Does something with it as a file of this machine, which is gone thereafter. */
    <T> T asFile(Function<Path, T> use) {
        return inFile(file, use::apply);
    }

    private interface Use<T> {
        T of(Path file) throws IOException;
    }

    private static <T> T inFile(byte[] content, Use<T> use) {
        try {
            Path path = Files.createTempFile("sotto-delta-", ".safetensors");
            try {
                Files.write(path, content);
                return use.of(path);
            } finally {
                Files.delete(path);
            }
        } catch (IOException cannotWrite) {
            throw new UncheckedIOException(cannotWrite);
        }
    }
}
