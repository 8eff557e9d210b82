package dev.sotto.core.train;

import dev.sotto.core.batch.Batch;
import dev.sotto.core.pass.PassSizes;

/** What a trainer asks of a model. Untrusted: the trusted room checks every number that comes back. */
public interface GradientModel extends PassSizes {

    /**
     * Gradients of each row's loss with respect to the trained parameters; in passes of {@link #rowsTogether} rows the same bits
     * of each row whatever rows are beside it.
     *
     * @param trained the trained parameters; in a run with phases also those that learn in another one
     * @return [rows * d], row-major, where d is the {@link #dimension} of a gradient
     * @throws dev.sotto.core.engine.DeviceMemoryException if so many rows do not fit into the memory that is free
     */
    float[] gradients(Batch batch, float[] trained);

    /** How many numbers a gradient has: as many as learn. */
    default int dimension(float[] trained) {
        return trained.length;
    }
}
