package dev.sotto.core.method;

import dev.sotto.core.folder.Slot;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/** What is added to linear maps of a model, which stay as they are, and trained. All but a prefix change nothing before the first step. */
public sealed interface Addition extends Serializable permits Lora, Adapter, Compacter, Prefix {

    /** The parameters of what a map gets, with those that it shares with other maps; none of a parameter that is no map, or gets nothing. */
    List<Slot> factors(Slot slot);

    /** The map that a parameter is added to, by their names; empty if it is none of these parameters, or of no one map. */
    Optional<String> placeOf(String parameter);

    /** Whether a parameter, by its name, is one that all maps share. */
    default boolean shares(String parameter) {
        return false;
    }

    /** Whether a parameter, by its name, is one of those that are added. */
    default boolean owns(String parameter) {
        return shares(parameter) || placeOf(parameter).isPresent();
    }

    /** What it is, for people to read. */
    String words();
}
