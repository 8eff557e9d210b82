package dev.sotto.core.train;

import dev.sotto.core.batch.Batch;

/** What a trainer asks of a model. Untrusted: the trusted room checks every number that comes back. */
public interface RowGradients {

    /**
     * Gradients of each row's loss with respect to the trained parameters.
     *
     * @param trained [d], the trained parameters
     * @return [rows * d], row-major
     */
    float[] gradients(Batch batch, float[] trained);
}
