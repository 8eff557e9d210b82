package dev.sotto.core.family;

import dev.sotto.core.batch.Batch;
import dev.sotto.core.engine.Argument;
import java.util.BitSet;
import java.util.List;

/** A model of images: its script is given pixels, {@code [rows, channels, height, width]}. */
public interface ImageArchitecture extends Architecture {

    /** The sizes of images that it takes. */
    ImageInputs images();

    /** The class that it is in transformers. */
    ImageHead head();

    @Override
    default boolean keepsHead() {
        return head().kept();
    }

    @Override
    default String exportedClass() {
        return head().exportedClass();
    }

    /** Pixels have no range: a value that is not finite spoils its own row only. */
    @Override
    default BitSet unusableRows(Batch batch) {
        return new BitSet();
    }

    @Override
    default List<Argument> inputs(Batch batch) {
        return images().arguments(batch);
    }
}
