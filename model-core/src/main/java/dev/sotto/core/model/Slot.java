package dev.sotto.core.model;

import java.util.List;

/**
 * One parameter that a family's forward pass reads.
 *
 * @param name as in the Hugging Face checkpoint
 * @param shape row-major
 * @param role what it is, hence when it is trained
 * @param whenMissing how it begins if the seed folder has none
 */
record Slot(String name, List<Integer> shape, Role role, WhenMissing whenMissing) {

    /** What a parameter is. */
    enum Role {
        /** A weight of the backbone, an embedding, a running statistic: never trained. */
        FROZEN,
        /** A bias of the backbone. */
        BIAS,
        /** A weight of the head. */
        HEAD_WEIGHT,
        /** A bias of the head. */
        HEAD_BIAS;

        boolean isTrained(Trained trained) {
            return switch (trained) {
                case BIASES_AND_HEAD -> this != FROZEN;
                case HEAD -> this == HEAD_WEIGHT || this == HEAD_BIAS;
                case BIASES -> this == BIAS || this == HEAD_BIAS;
            };
        }

        boolean isHead() {
            return this == HEAD_WEIGHT || this == HEAD_BIAS;
        }
    }

    Slot {
        shape = List.copyOf(shape);
    }

    /** The number of floats it holds. */
    long size() {
        return shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
    }
}
