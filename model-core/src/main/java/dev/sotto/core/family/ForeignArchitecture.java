package dev.sotto.core.family;

import dev.sotto.core.batch.Batch;
import dev.sotto.core.engine.Argument;
import java.util.List;

/** A model whose code was written elsewhere. */
public interface ForeignArchitecture extends Architecture {

    /** A batch as that code itself takes it. */
    List<Argument> original(Batch batch);

    @Override
    default boolean isForeign() {
        return true;
    }
}
