package dev.sotto.core.generate;

import java.util.List;

/** What a generator asks of a language model. */
@FunctionalInterface
public interface NextToken {

    /**
     * Scores of the token that follows each text, unnormalised.
     *
     * @param texts token ids, all of one length
     * @return {@code [texts * vocabulary]}, row-major
     */
    float[] scores(List<int[]> texts);
}
