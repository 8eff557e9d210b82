package dev.sotto.core.archive;

/** What an expression of an archive's code is, as far as the rewriting must know. */
sealed interface Value {

    /** Anything that is computed: its rewritten source. */
    record Text(String source) implements Value {}

    /** A tensor of a module, or a view of one, read in the rewritten code by this source. */
    record Tensor(String source) implements Value {}

    /** A number, text or flag of a module, in source. */
    record Literal(String source) implements Value {}

    /** A module. It exists in the rewriting alone. */
    record Module(ScriptObject object) implements Value {}

    /** A method of a module. */
    record Method(ScriptObject object, String name) implements Value {}

    /** A function by its dotted name. */
    record Function(String name) implements Value {}

    /** Its source; of a module or function there is none. */
    default String text() {
        if (this instanceof Text computed) {
            return computed.source();
        } else if (this instanceof Tensor tensor) {
            return tensor.source();
        } else if (this instanceof Literal literal) {
            return literal.source();
        }
        throw new ArchiveException("The archive's code passes a module or a function on as a value, which cannot be"
                + " followed. Call it where it is, or trace the model instead of scripting it.");
    }
}
