package dev.sotto.core.archive;

import dev.sotto.core.engine.NumberType;
import java.util.List;

/**
 * A tensor of an archive's modules or code.
 *
 * @param name dotted path of its module and its own name, as in the state_dict of the Python model; of several the first
 */
public record ArchiveTensor(String name, Kind kind, NumberType type, List<Integer> shape) {

    /** What it is to its module. */
    public enum Kind {
        PARAMETER,
        BUFFER,
        /** It stands in the code. */
        CONSTANT
    }

    public ArchiveTensor {
        shape = List.copyOf(shape);
    }
}
