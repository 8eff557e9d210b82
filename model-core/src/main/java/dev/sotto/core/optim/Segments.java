package dev.sotto.core.optim;

import java.util.List;

/**
 * The flat vector as the tensors that it is made of: each may have a learning rate of its own, and LAMB measures each.
 *
 * @param list in the vector's order, without gaps; none: the whole vector is one tensor
 */
public record Segments(List<Segment> list) {
    /** A vector that is one tensor. */
    public static final Segments UNDIVIDED = new Segments(List.of());

    /**
     * One tensor.
     *
     * @param begin of its numbers in the flat vector
     * @param end behind the last of them
     * @param rate times the step's learning rate is its own; finite, &gt; 0
     */
    public record Segment(int begin, int end, double rate) {
        public Segment {
            if (!(rate > 0 && rate < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("A tensor's share of the learning rate must be finite and > 0, got "
                        + rate + ": with none it is paid for and does not learn.");
            }
        }
    }

    public Segments {
        list = List.copyOf(list);
        int end = 0;
        for (Segment segment : list) {
            if (segment.begin() != end || segment.end() < end) {
                throw new IllegalArgumentException("A tensor lies from " + segment.begin() + " to " + segment.end()
                        + ", the one before it ends at " + end + ": the flat vector would be misread.");
            }
            end = segment.end();
        }
    }

    /** Those of a vector of this length. */
    List<Segment> of(int dimension) {
        if (list.isEmpty()) {
            return List.of(new Segment(0, dimension, 1));
        }
        int end = list.get(list.size() - 1).end();
        if (end != dimension) {
            throw new IllegalArgumentException("Tensors of " + end + " numbers in all do not make up a vector of "
                    + dimension + ": they come from different bias layouts.");
        }
        return list;
    }
}
