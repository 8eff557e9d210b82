package dev.sotto.accountant.pld;

import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Stream;

/**
 * One step of a mechanism jumps, any of {@code times}, and the others do not: times Σ t_j δ'(ε - L_j), where δ' is that of the others,
 * looked up under the tilt that errs least there.
 *
 * <p>Most jumps leave so little of ε that all sums of the others are above it. There δ' is linear in e^ε, which is summed at once.
 */
final class OneJump {
    /** Below a window's end, where e^ε is nothing to it. */
    private static final double FAR = 700;
    /** How far off the sum may be, over its masses. */
    private static final double ROUNDING = 1e-14;

    private interface Curve {
        double at(TailSums sums, double epsilon);
    }

    private final double times;
    private final RoundedLoss jumps;
    private final double step;
    private final List<TailSums> others;
    private final Beyond upper;
    private final Beyond lower;

    /** @param others without a tilt first */
    OneJump(double times, RoundedLoss jumps, double step, List<TailSums> others) {
        this.times = times;
        this.jumps = jumps;
        this.step = step;
        this.others = others;
        this.upper = new Beyond(jumps, step, jumps::upper);
        this.lower = new Beyond(jumps, step, jumps::lower);
    }

    /** Masses t_j, and t_j e^(-L_j), of the i-th jump and all above it, [size + 1]. */
    private static final class Beyond {
        private final IntToDoubleFunction mass;
        private final double[] masses;
        private final double[] scaled;

        Beyond(RoundedLoss jumps, double step, IntToDoubleFunction mass) {
            int size = jumps.size();
            this.mass = mass;
            this.masses = new double[size + 1];
            this.scaled = new double[size + 1];
            for (int i = size - 1; i >= 0; i--) {
                double one = mass.applyAsDouble(i);
                masses[i] = masses[i + 1] + one;
                scaled[i] = scaled[i + 1] + one * Math.exp(-(jumps.offset() + step * jumps.index(i)));
            }
        }
    }

    private double loss(int i) {
        return jumps.offset() + step * jumps.index(i);
    }

    double upper(double epsilon) {
        return sum(epsilon, TailSums::upper, upper, ROUNDING);
    }

    double lower(double epsilon) {
        return Math.max(0, sum(epsilon, TailSums::lower, lower, -ROUNDING));
    }

    double charge(double epsilon) {
        return sum(epsilon, TailSums::charge, upper, ROUNDING);
    }

    private double sum(double epsilon, Curve curve, Beyond beyond, double rounding) {
        TailSums untilted = others.get(0);
        double bottom = untilted.bottom();
        double sum = 0;
        int i = 0;
        for (; i < jumps.size() && epsilon - loss(i) >= bottom; i++) {
            double left = epsilon - loss(i);
            sum += beyond.mass.applyAsDouble(i) * curve.at(best(left), left);
        }
        // a chord between two bounds on what is linear in e^ε; on what is convex, from above
        double most = curve.at(untilted, bottom - FAR);
        double least = curve.at(untilted, bottom);
        double fallen = beyond.scaled[i] * Math.exp(epsilon - bottom);
        sum += beyond.masses[i] * (most + rounding) - fallen * (most - least);
        return times * sum;
    }

    private TailSums best(double epsilon) {
        TailSums best = others.get(0);
        for (TailSums sums : others) {
            best = sums.logScale(epsilon) < best.logScale(epsilon) ? sums : best;
        }
        return best;
    }

    /** Beyond this nothing is told. */
    double end() {
        return others.get(0).end() + loss(jumps.size() - 1);
    }

    Stream<TailSums> sums() {
        return others.stream();
    }
}
