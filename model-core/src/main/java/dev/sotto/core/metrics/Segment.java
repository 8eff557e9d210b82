package dev.sotto.core.metrics;

import java.io.Serializable;
import java.util.List;
import java.util.function.Function;

/**
 * A text that was written, and texts by people that say the same.
 *
 * @param hypothesis what was written; may be empty
 * @param references at least one
 */
public record Segment(String hypothesis, List<String> references) implements Serializable {

    public Segment {
        references = List.copyOf(references);
        if (references.isEmpty()) {
            throw new IllegalArgumentException(
                    "A text has no reference, and nothing to be measured against. Give it one, or leave it out.");
        }
    }

    /** Both as tokens. */
    Tokens cut(Function<String, List<String>> tokenizer) {
        return new Tokens(
                tokenizer.apply(hypothesis), references.stream().map(tokenizer).toList());
    }

    /** A segment whose texts are cut into tokens. */
    record Tokens(List<String> hypothesis, List<List<String>> references) {}
}
