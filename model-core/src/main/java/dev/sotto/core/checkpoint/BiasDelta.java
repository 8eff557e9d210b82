package dev.sotto.core.checkpoint;

import dev.sotto.core.engine.Safetensors;
import dev.sotto.core.engine.SafetensorsWriter;
import dev.sotto.core.method.BiasLayout;
import dev.sotto.core.model.SeedModel;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The trained parameters alone, as a safetensors file a thousandth of the model's size. It carries the hash of the seed
 * model's weights and of the layout, so that it is put on nothing else, and says what it is for.
 */
public final class BiasDelta {
    private static final String FORMAT = "sotto.format";
    private static final String VERSION = "2";
    private static final String SEED = "sotto.seed_sha256";
    private static final String LAYOUT = "sotto.layout";
    private static final String PROVENANCE = "sotto.provenance";

    private BiasDelta() {}

    /**
     * Writes the trained parameters of a seed model.
     *
     * @param trained laid out by {@code seed.layout()}
     * @param labels names of the classes by index; one name for regression and for language modelling
     * @throws IOException if the seed cannot be read or the file not written
     */
    public static void write(SeedModel seed, float[] trained, List<String> labels, Path file) throws IOException {
        write(seed, trained, labels, Provenance.NONE, file);
    }

    /**
     * The same, with what the seed and these parameters have learned from.
     *
     * @throws IOException if the seed cannot be read or the file not written
     */
    public static void write(SeedModel seed, float[] trained, List<String> labels, Provenance provenance, Path file)
            throws IOException {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("format", "pt");
        metadata.put(FORMAT, VERSION);
        metadata.put(SEED, seed.sha256());
        metadata.put(LAYOUT, seed.layout().hash());
        if (!provenance.links().isEmpty()) {
            metadata.put(PROVENANCE, provenance.json());
        }
        metadata.putAll(new DeltaPurpose(seed.spec(), labels).metadata());
        List<SafetensorsWriter.Content> contents = seed.layout().entries().stream()
                .map(entry -> SafetensorsWriter.Content.floats(entry.name(), entry.shape(), part(trained, entry)))
                .toList();
        SafetensorsWriter.write(file, metadata, contents);
    }

    private static float[] part(float[] trained, BiasLayout.Entry entry) {
        return Arrays.copyOfRange(trained, entry.offset(), entry.offset() + entry.size());
    }

    /**
     * What a delta is for, by its own account: reads the file's header alone.
     *
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException if it is no delta, or one of another version of the format
     */
    public static DeltaPurpose purpose(Path file) throws IOException {
        try (Safetensors delta = Safetensors.open(file)) {
            checkVersion(file, delta);
            try {
                return DeltaPurpose.of(delta.metadata());
            } catch (IllegalArgumentException notUnderstood) {
                throw new IllegalArgumentException(
                        file + " does not say in a known way what it is for (" + notUnderstood.getMessage()
                                + "), so its numbers mean nothing. Take the delta.safetensors that sotto train wrote.",
                        notUnderstood);
            }
        }
    }

    /**
     * Which private tables a delta has learned from, by its own account.
     *
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException if it is no delta, or what it says is not understood
     */
    public static Provenance provenance(Path file) throws IOException {
        try (Safetensors delta = Safetensors.open(file)) {
            checkVersion(file, delta);
            String said = delta.metadata().get(PROVENANCE);
            return said == null ? Provenance.NONE : Provenance.read(said);
        }
    }

    /**
     * Reads the trained parameters for a seed model, {@code float[d]} laid out by {@code seed.layout()}.
     *
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException if it was written for another seed model or another choice of what is trained
     */
    public static float[] read(Path file, SeedModel seed) throws IOException {
        try (Safetensors delta = Safetensors.open(file)) {
            checkVersion(file, delta);
            check(file, delta, SEED, seed.sha256(), "the seed model's SHA-256");
            check(file, delta, LAYOUT, seed.layout().hash(), "the layout of the trained parameters");
            FloatBuffer trained = FloatBuffer.allocate(seed.layout().size());
            for (BiasLayout.Entry entry : seed.layout().entries()) {
                trained.put(delta.floats(entry.name()));
            }
            return trained.array();
        }
    }

    private static void checkVersion(Path file, Safetensors delta) {
        String found = delta.metadata().get(FORMAT);
        if (!VERSION.equals(found)) {
            throw new IllegalArgumentException(file + " says " + FORMAT + " = " + found + " where " + VERSION
                    + " is expected: it is no delta, or one of a version that does not say its task and labels. Take the"
                    + " whole model of that run, or train again.");
        }
    }

    private static void check(Path file, Safetensors delta, String key, String expected, String what) {
        String found = delta.metadata().get(key);
        if (!expected.equals(found)) {
            throw new IllegalArgumentException(file + " says " + key + " = " + found + " where " + expected
                    + " is expected (" + what
                    + "): put on this model it would give nonsense. Use it with the seed model,"
                    + " label count and choice of trained parameters that it was made with.");
        }
    }
}
