package dev.sotto.core.train;

import dev.sotto.core.privacy.Clipping;
import dev.sotto.core.privacy.PrivacyPlan;
import java.io.Serializable;
import java.util.Comparator;
import java.util.List;

/**
 * Parts of a unit's gradient that are shortened apart from each other, before the whole of it is bounded: McMahan, Ramage, Talwar, Zhang,
 * "Learning Differentially Private Recurrent Language Models", ICLR 2018 (arXiv:1710.06963), section 3, "per-layer clipping"; by groups,
 * He et al., ICLR 2023 (arXiv:2212.01539). With bounds R_g the whole is no longer than R = √ΣR_g², for which it pays the noise of R.
 *
 * <p>Not trusted: what comes out goes to {@link dev.sotto.core.privacy.ClippedSum} like any gradient, and is bounded there as a whole.
 *
 * @param list each number of the flat vector in one group; none: the whole is bounded, and nothing before
 */
public record ClippingGroups(List<Group> list) implements Serializable {
    /** Nothing is shortened before the whole is. */
    public static final ClippingGroups JOINT = new ClippingGroups(List.of());

    private static final double ROUNDING = 1e-9;

    /**
     * What is shortened together.
     *
     * @param name for people
     * @param clipping by what function, to which bound R_g
     */
    public record Group(String name, Clipping clipping, List<Span> spans) implements Serializable {
        public Group {
            spans = List.copyOf(spans);
        }
    }

    public ClippingGroups {
        list = List.copyOf(list);
        int end = 0;
        List<Span> ascending = list.stream()
                .flatMap(group -> group.spans().stream())
                .sorted(Comparator.comparingInt(Span::begin))
                .toList();
        for (Span span : ascending) {
            if (span.begin() != end || span.end() < end) {
                throw new IllegalArgumentException("Numbers from " + span.begin() + " to " + span.end()
                        + " follow those that end at " + end + ": each has to be in one group.");
            }
            end = span.end();
        }
    }

    /** Whether nothing is shortened before the whole is. */
    public boolean isJoint() {
        return list.isEmpty();
    }

    /**
     * That the whole leaves alone what groups of such bounds make.
     *
     * @throws IllegalArgumentException if it would be shortened again, to less than was paid for, or is bounded by more than they need
     */
    void requireToFit(PrivacyPlan plan) {
        if (isJoint()) {
            return;
        }
        double bound = Math.sqrt(list.stream()
                .mapToDouble(each -> each.clipping().bound() * each.clipping().bound())
                .sum());
        double whole = plan.clipping().bound();
        if (!(Math.abs(bound - whole) <= ROUNDING * whole && plan.clipping() instanceof Clipping.Abadi)) {
            throw new IllegalArgumentException("Groups whose bounds make " + bound
                    + " together need a plan that clips at that norm, and no shorter gradient; it is "
                    + plan.clipping() + ".");
        }
    }

    /**
     * That it is a vector of so many numbers that is in groups.
     *
     * @throws IllegalArgumentException if it is another: some would be left out
     */
    void requireLength(int d) {
        int length = list.stream()
                .flatMap(group -> group.spans().stream())
                .mapToInt(Span::end)
                .max()
                .orElse(d);
        if (length != d) {
            throw new IllegalArgumentException("Groups of " + length + " numbers in all do not make up a gradient of "
                    + d + ": they come from different bias layouts.");
        }
    }

    /**
     * One unit's gradient, group by group at its bound. NaN and infinity stay what they are, or become NaN: then the whole counts for nothing.
     *
     * @param gradients one or more units' gradients; [offset, offset + shortened.length) is this unit's
     * @param shortened [d], is overwritten
     */
    void shorten(float[] gradients, int offset, float[] shortened) {
        for (Group group : list) {
            double factor = group.clipping().factor(norm(group, gradients, offset));
            for (Span span : group.spans()) {
                for (int i = span.begin(); i < span.end(); i++) {
                    shortened[i] = (float) (gradients[offset + i] * factor);
                }
            }
        }
    }

    /** In double, where squares of floats neither overflow nor vanish. */
    private static double norm(Group group, float[] gradients, int offset) {
        double squares = 0;
        for (Span span : group.spans()) {
            for (int i = span.begin(); i < span.end(); i++) {
                squares += (double) gradients[offset + i] * gradients[offset + i];
            }
        }
        return Math.sqrt(squares);
    }
}
