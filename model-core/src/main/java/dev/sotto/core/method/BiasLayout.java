package dev.sotto.core.method;

import dev.sotto.core.folder.Sha256;
import dev.sotto.core.folder.Slot;
import java.io.Serializable;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where each trained parameter lies in the one flat vector that is clipped, summed, noised and updated.
 *
 * @param entries in the vector's order, without gaps
 */
public record BiasLayout(List<Entry> entries) implements Serializable {

    /**
     * One trained parameter.
     *
     * @param name as in the Hugging Face checkpoint
     * @param offset of its first number in the flat vector
     * @param shape row-major
     */
    public record Entry(String name, int offset, List<Integer> shape) implements Serializable {
        public Entry {
            shape = List.copyOf(shape);
        }

        /** Its numbers in a flat vector. */
        public FloatBuffer of(float[] flat) {
            return FloatBuffer.wrap(flat, offset, size()).slice();
        }

        /** The number of floats it takes. */
        public int size() {
            return shape.stream().reduce(1, Math::multiplyExact);
        }
    }

    public BiasLayout {
        entries = List.copyOf(entries);
        int end = 0;
        for (Entry entry : entries) {
            if (entry.offset() != end) {
                throw new IllegalArgumentException("Parameter " + entry.name() + " starts at " + entry.offset()
                        + ", the one before it ends at " + end + ": the flat vector would be misread.");
            }
            end = Math.addExact(end, entry.size());
        }
    }

    /** Lays parameters one after the other. */
    public static BiasLayout of(List<Slot> slots) {
        List<Entry> entries = new ArrayList<>();
        int offset = 0;
        for (Slot slot : slots) {
            Entry entry = new Entry(slot.name(), offset, slot.shape());
            entries.add(entry);
            offset = Math.addExact(offset, entry.size());
        }
        return new BiasLayout(entries);
    }

    /** A parameter by its name, if it is trained. */
    public Optional<Entry> find(String name) {
        return entries.stream().filter(entry -> entry.name().equals(name)).findFirst();
    }

    /** The length d of the flat vector. */
    public int size() {
        if (entries.isEmpty()) {
            return 0;
        }
        Entry last = entries.get(entries.size() - 1);
        return last.offset() + last.size();
    }

    /** SHA-256 over names, shapes and their order, in hex: equal hashes mean interchangeable vectors. */
    public String hash() {
        StringBuilder text = new StringBuilder("sotto layout 1\n");
        for (Entry entry : entries) {
            text.append(entry.name()).append(' ').append(entry.shape()).append('\n');
        }
        return Sha256.of(text.toString());
    }
}
