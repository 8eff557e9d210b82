package dev.sotto.core.family;

import dev.sotto.core.batch.Batch;
import dev.sotto.core.batch.TokenBatch;
import dev.sotto.core.engine.Argument;
import java.util.BitSet;
import java.util.List;

/**
 * What a model of text can be given.
 *
 * @param vocabulary number of token ids
 * @param types number of token types
 * @param maxLength longest row in tokens
 */
public record TextInputs(int vocabulary, int types, int maxLength) {
    /** Number of token types for a model that does not tell them apart. */
    static final int ANY_TYPE = Integer.MAX_VALUE;

    /** Rows with an id or a type outside the model's tables. */
    BitSet unusableRows(Batch batch) {
        TokenBatch tokens = tokens(batch);
        BitSet unusable = new BitSet(tokens.rows());
        for (int i = 0; i < tokens.ids().length; i++) {
            if (outside(tokens.ids()[i], vocabulary) || outside(tokens.typeIds()[i], types)) {
                unusable.set(i / tokens.length());
            }
        }
        return unusable;
    }

    /** Token ids, mask and token types, each {@code [rows, length]}; what lies outside the tables becomes 0. */
    List<Argument> arguments(Batch batch) {
        TokenBatch tokens = tokens(batch);
        if (tokens.length() > maxLength) {
            throw new IllegalArgumentException("A row has " + tokens.length() + " tokens, the model reads at most "
                    + maxLength + ": it has no positions beyond. Encode with a shorter maximum length.");
        }
        long[] shape = {tokens.rows(), tokens.length()};
        return List.of(
                Argument.of(inside(tokens.ids(), vocabulary), shape),
                Argument.of(tokens.mask(), shape),
                Argument.of(inside(tokens.typeIds(), types), shape));
    }

    private static TokenBatch tokens(Batch batch) {
        if (batch instanceof TokenBatch tokens) {
            return tokens;
        }
        throw new IllegalArgumentException(
                "This model reads text, but was given images: choose a text column, or a" + " model for images.");
    }

    private static boolean outside(int value, int count) {
        return value < 0 || value >= count;
    }

    private static int[] inside(int[] values, int count) {
        int[] safe = values.clone();
        for (int i = 0; i < safe.length; i++) {
            if (outside(safe[i], count)) {
                safe[i] = 0;
            }
        }
        return safe;
    }
}
