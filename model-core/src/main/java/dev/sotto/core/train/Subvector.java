package dev.sotto.core.train;

import java.util.List;

/**
 * Those numbers of a flat vector that learn in one phase of a run, in the vector's order; all others stay as they are.
 *
 * @param spans ascending, without overlap; none: the whole vector
 */
public record Subvector(List<Span> spans) {
    /** All of a vector. */
    public static final Subvector WHOLE = new Subvector(List.of());

    public Subvector {
        spans = List.copyOf(spans);
        int end = 0;
        for (Span span : spans) {
            if (span.begin() < end || span.end() <= span.begin()) {
                throw new IllegalArgumentException("Numbers from " + span.begin() + " to " + span.end()
                        + " come after those that end at " + end + ": parts of a vector ascend and do not overlap.");
            }
            end = span.end();
        }
    }

    /** How many there are in a vector of this length. */
    public int size(int length) {
        return spans.isEmpty() ? length : spans.stream().mapToInt(Span::length).sum();
    }

    /** The numbers, one after the other: a copy. */
    public double[] of(double[] vector) {
        if (spans.isEmpty()) {
            return vector.clone();
        }
        double[] part = new double[size(vector.length)];
        int at = 0;
        for (Span span : spans) {
            System.arraycopy(vector, span.begin(), part, at, span.length());
            at += span.length();
        }
        return part;
    }

    /** Puts the numbers into their places in a vector. */
    public void put(double[] part, double[] vector) {
        if (spans.isEmpty()) {
            System.arraycopy(part, 0, vector, 0, vector.length);
            return;
        }
        int at = 0;
        for (Span span : spans) {
            System.arraycopy(part, at, vector, span.begin(), span.length());
            at += span.length();
        }
    }
}
