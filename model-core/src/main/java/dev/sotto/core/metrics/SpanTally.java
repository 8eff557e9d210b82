package dev.sotto.core.metrics;

import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Spans found in tagged texts. A span is right if its type, first and last token are (Tjong Kim Sang and De Meulder, "Introduction to
 * the CoNLL-2003 Shared Task", 2003). Measures are shares in [0, 1], not hundredths, over the spans of all types together.
 *
 * @param expected spans that are there
 * @param found spans that were answered
 * @param right answered ones that are there
 * @param tokens how many tokens there are
 * @param rightTokens tokens with the right tag
 */
public record SpanTally(long expected, long found, long right, long tokens, long rightTokens) implements Serializable {

    /** Of no texts. */
    public static final SpanTally NONE = new SpanTally(0, 0, 0, 0, 0);

    /**
     * Of one text.
     *
     * @param tags the right ones, one a token
     * @param answers one a token
     * @throws IllegalArgumentException if there are more of one than of the other, or a tag that {@link Span} cannot read
     */
    public static SpanTally of(List<String> tags, List<String> answers) {
        if (tags.size() != answers.size()) {
            throw new IllegalArgumentException("A text has one tag and one answer a token, got " + tags.size() + " and "
                    + answers.size() + ". Give the rows of both in the same order.");
        }
        List<Span> expected = Span.of(tags);
        List<Span> found = Span.of(answers);
        Set<Span> right = new HashSet<>(expected);
        right.retainAll(new HashSet<>(found));
        long rightTokens = IntStream.range(0, tags.size())
                .filter(i -> tags.get(i).equals(answers.get(i)))
                .count();
        return new SpanTally(expected.size(), found.size(), right.size(), tags.size(), rightTokens);
    }

    /** The texts of both. */
    public SpanTally plus(SpanTally other) {
        return new SpanTally(
                expected + other.expected,
                found + other.found,
                right + other.right,
                tokens + other.tokens,
                rightTokens + other.rightTokens);
    }

    /** Share of the answered spans that are right; NaN where none is answered. */
    public double precision() {
        return (double) right / found;
    }

    /** Share of the spans that are found; NaN where there is none. */
    public double recall() {
        return (double) right / expected;
    }

    /** The harmonic mean of precision and recall; NaN where no span is there or answered. */
    public double f1() {
        return 2.0 * right / (expected + found);
    }

    /** Share of the tokens with the right tag; NaN without tokens. */
    public double tokenAccuracy() {
        return (double) rightTokens / tokens;
    }
}
