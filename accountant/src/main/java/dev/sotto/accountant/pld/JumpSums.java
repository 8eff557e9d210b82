package dev.sotto.accountant.pld;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * δ(ε) where one large loss makes most of it: the masses of each step are split into those up to a height and the jumps above
 * it, and the composition by how many steps jump,
 *
 * <pre>
 *   (s + t)^n  =  s^n  +  n t s^(n-1)  +  R,      0 &le; mass of R &le; (n τ)²/2,      τ the mass of t.
 * </pre>
 *
 * What is left of s has no heavy tail and stands a tilt that makes rounding errors small. The second term needs no lattice as
 * wide as a jump: it is n Σ t_j δ'(ε - L_j), δ' that of s^(n-1), which is looked up under several tilts, each where it errs
 * least. With several mechanisms it is one for each of them. The lower bound leaves R out.
 */
final class JumpSums implements DeltaCurve {
    /** What R may be over δ. */
    private static final double TWICE = 3e-5;

    /** Heights that are looked at: from this share of ε, by such steps. */
    private static final double LEAST = 1e-3;

    private static final double RATIO = 1.5;
    private static final double LEAST_NATS = 10;

    /** Of the tilt that is right at ε: those that are right at what a jump leaves of it. */
    private static final double[] SHARES = {0, 0.25, 0.5, 1};

    private static final int MOST_PARTS = 4;

    private final double lambda;
    private final TailSums without;
    private final List<OneJump> terms = new ArrayList<>();
    private final double twice;

    /** @param epsilon where the bounds should be close */
    private JumpSums(Composition composition, double height, double epsilon, double logDelta) {
        double step = composition.step();
        List<Part> low = new ArrayList<>();
        List<RoundedLoss> high = new ArrayList<>();
        double expected = 0;
        for (Part part : composition.parts()) {
            int split = split(part.loss(), step, height);
            low.add(new Part(part.loss().upTo(split), part.count()));
            high.add(part.loss().from(split));
            expected += part.count() * above(part.loss(), split);
        }
        this.twice = expected * expected / 2 * (1 + 1e-9);
        double little = logDelta + Math.log(TWICE) - 3;
        Composition rest = new Composition(low, step, Double.POSITIVE_INFINITY);
        this.lambda = tilt(rest, epsilon, little);
        double least = rest.cumulants(lambda).value() - lambda * epsilon - little;
        this.without = new TailSums(rest, lambda, nats(least), false);
        for (int i = 0; i < low.size(); i++) {
            if (high.get(i).size() > 0) {
                long count = low.get(i).count();
                List<Part> others = new ArrayList<>(low);
                others.set(i, new Part(low.get(i).loss(), count - 1));
                others.replaceAll(part -> new Part(part.loss().finite(), part.count()));
                terms.add(new OneJump(
                        (double) count,
                        high.get(i),
                        step,
                        tilted(
                                new Composition(others, step, Double.POSITIVE_INFINITY),
                                epsilon,
                                little - Math.log(expected))));
            }
        }
    }

    private static List<TailSums> tilted(Composition composition, double epsilon, double little) {
        double tilt = tilt(composition, epsilon, little);
        return DoubleStream.of(SHARES)
                .map(share -> share * tilt)
                .distinct()
                .mapToObj(lambda -> new TailSums(composition, lambda, nats(-little), false))
                .toList();
    }

    /** That of ε, or of a δ that would be little; 0 where there are no such losses. */
    private static double tilt(Composition composition, double epsilon, double little) {
        return composition.top() <= epsilon
                ? 0
                : Math.min(composition.tiltForEpsilon(epsilon), composition.tiltForDelta(Math.min(0, little)));
    }

    private static double nats(double wanted) {
        return Math.max(LEAST_NATS, Math.min(Reading.MOST_NATS, wanted));
    }

    /**
     * Close about ε, if there is a height at which to split.
     *
     * @param logDelta logarithm of about δ(ε)
     */
    static Optional<JumpSums> of(Composition composition, double epsilon, double logDelta) {
        double height = height(composition, logDelta, epsilon);
        return height > 0 ? Optional.of(new JumpSums(composition, height, epsilon, logDelta)) : Optional.empty();
    }

    /** The least height, about, above which two jumps count for little; NaN where there is none below ε or no jump. */
    private static double height(Composition composition, double logDelta, double epsilon) {
        if (composition.parts().size() > MOST_PARTS) {
            return Double.NaN;
        }
        double most = Math.exp((logDelta + Math.log(2 * TWICE)) / 2);
        for (double height = LEAST * epsilon; height < epsilon; height *= RATIO) {
            double jumps = 0;
            for (Part part : composition.parts()) {
                jumps += part.count() * above(part.loss(), split(part.loss(), composition.step(), height));
            }
            if (jumps <= most) {
                return jumps > 0 ? height : Double.NaN;
            }
        }
        return Double.NaN;
    }

    /** The first point of the lattice above a loss. */
    private static int split(RoundedLoss loss, double step, double height) {
        int i = loss.size();
        while (i > 1 && loss.offset() + step * loss.index(i - 1) > height) {
            i--;
        }
        return i;
    }

    private static double above(RoundedLoss loss, int split) {
        double sum = 0;
        for (int i = split; i < loss.size(); i++) {
            sum += loss.upper(i);
        }
        return sum;
    }

    /** The tilt of what does not jump. */
    double lambda() {
        return lambda;
    }

    @Override
    public double upper(double epsilon) {
        double once = terms.stream().mapToDouble(term -> term.upper(epsilon)).sum();
        return Math.min(1, (without.upper(epsilon) + once + twice) * (1 + 1e-11));
    }

    @Override
    public double lower(double epsilon) {
        double once = terms.stream().mapToDouble(term -> term.lower(epsilon)).sum();
        return (without.lower(epsilon) + once) * (1 - 1e-11);
    }

    @Override
    public double charge(double epsilon) {
        double once = terms.stream().mapToDouble(term -> term.charge(epsilon)).sum();
        return without.charge(epsilon) + once + twice;
    }

    @Override
    public double end() {
        double end = without.end();
        for (OneJump term : terms) {
            end = Math.max(end, term.end());
        }
        return end;
    }

    @Override
    public double lossError() {
        return sums().mapToDouble(TailSums::lossError).max().orElseThrow();
    }

    @Override
    public int length() {
        return sums().mapToInt(TailSums::length).sum();
    }

    private Stream<TailSums> sums() {
        return Stream.concat(Stream.of(without), terms.stream().flatMap(OneJump::sums));
    }
}
