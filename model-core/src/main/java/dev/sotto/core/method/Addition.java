package dev.sotto.core.method;

import dev.sotto.core.folder.Slot;
import java.io.Serializable;
import java.util.List;

/** What is added to linear maps of a model, which stay as they are, and trained. Before the first step it changes nothing. */
public sealed interface Addition extends Serializable permits Lora, Adapter {

    /** The parameters of what a map gets; none of a parameter that is no map, or gets nothing. */
    List<Slot> factors(Slot slot);

    /** What it is, for people to read. */
    String words();
}
