package dev.sotto.core.family;

import dev.sotto.core.batch.Batch;
import dev.sotto.core.engine.Argument;
import java.util.BitSet;
import java.util.List;

/** A model of text: its script is given token ids, mask and token types, each {@code [rows, length]}. */
public interface TextArchitecture extends Architecture {

    /** The range of what it can be given. */
    TextInputs text();

    @Override
    default BitSet unusableRows(Batch batch) {
        return text().unusableRows(batch);
    }

    @Override
    default List<Argument> inputs(Batch batch) {
        return text().arguments(batch);
    }
}
