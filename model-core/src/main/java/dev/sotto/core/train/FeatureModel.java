package dev.sotto.core.train;

import dev.sotto.core.batch.Batch;
import dev.sotto.core.batch.FeatureBatch;
import dev.sotto.core.pass.PassSizes;

/**
 * A model of which nothing but the head is trained: what the head is given of a row does not change while it is trained, and is computed
 * once.
 */
public interface FeatureModel extends PassSizes {

    /**
     * What the head is given of each row, with the rows' labels: what {@link GradientModel#gradients} takes in the rows' place.
     *
     * @throws dev.sotto.core.engine.DeviceMemoryException if so many rows do not fit into the memory that is free
     */
    FeatureBatch features(Batch batch);

    /** Whether the head is given a state of every token, so that a row's features are as long as the row. */
    boolean isPerToken();
}
