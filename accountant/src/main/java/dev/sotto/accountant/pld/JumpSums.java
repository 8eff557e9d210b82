package dev.sotto.accountant.pld;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * δ(ε) where one large loss makes most of it: the masses of each step are split into those up to a height and the jumps above
 * it, and the composition by how many steps jump,
 *
 * <pre>
 *   (s + t)^n  =  s^n  +  n t s^(n-1)  +  R,      0 &le; mass of R &le; (n τ)²/2,      τ the mass of t.
 * </pre>
 *
 * What is left of s has no heavy tail and stands a tilt that makes rounding errors small; those of the second term are
 * relative to n τ. With several mechanisms the second term is one for each of them. The lower bound leaves R out.
 */
final class JumpSums implements DeltaCurve {
    /** What R may be over δ. */
    private static final double TWICE = 1e-4;

    /** Heights that are looked at: from this share of ε, by such steps. */
    private static final double LEAST = 1e-3;

    private static final double RATIO = 1.5;
    private static final double LEAST_NATS = 10;

    private static final int MOST_PARTS = 4;

    private final List<Term> terms = new ArrayList<>();
    private final double twice;

    private record Term(double times, TailSums sums) {}

    /** @param epsilon where the bounds should be close */
    private JumpSums(Composition composition, double height, double epsilon, double logDelta) {
        List<Part> low = new ArrayList<>();
        double jumps = 0;
        for (Part part : composition.parts()) {
            int split = split(part.loss(), composition.step(), height);
            low.add(new Part(part.loss().upTo(split), part.count()));
            jumps += part.count() * above(part.loss(), split);
        }
        this.twice = jumps * jumps / 2 * (1 + 1e-9);
        add(1, low, composition.step(), epsilon, logDelta);
        for (int i = 0; i < low.size(); i++) {
            Part part = composition.parts().get(i);
            int split = split(part.loss(), composition.step(), height);
            if (above(part.loss(), split) > 0) {
                List<Part> once = new ArrayList<>(low);
                if (part.count() > 1) {
                    once.set(i, new Part(low.get(i).loss(), part.count() - 1));
                } else {
                    once.remove(i);
                }
                once.replaceAll(p -> new Part(p.loss().finite(), p.count()));
                once.add(new Part(part.loss().from(split), 1));
                add((double) part.count(), once, composition.step(), epsilon, logDelta);
            }
        }
    }

    private void add(double times, List<Part> parts, double step, double epsilon, double logDelta) {
        Composition composition = new Composition(parts, step, Double.POSITIVE_INFINITY);
        double lambda = composition.tiltForEpsilon(epsilon);
        double least = composition.cumulants(lambda).value() + Math.log(times) - lambda * epsilon - logDelta;
        double nats = Math.max(LEAST_NATS, Math.min(800, least + 3 - Math.log(TWICE)));
        terms.add(new Term(times, new TailSums(composition, lambda, nats, false)));
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

    @Override
    public double upper(double epsilon) {
        double sum = twice;
        for (Term term : terms) {
            sum += term.times * term.sums.upper(epsilon);
        }
        return Math.min(1, sum * (1 + 1e-15));
    }

    @Override
    public double lower(double epsilon) {
        double sum = 0;
        for (Term term : terms) {
            sum += term.times * term.sums.lower(epsilon);
        }
        return sum * (1 - 1e-15);
    }

    @Override
    public double charge(double epsilon) {
        double sum = twice;
        for (Term term : terms) {
            sum += term.times * term.sums.charge(epsilon);
        }
        return sum;
    }

    @Override
    public double end() {
        return terms.stream().mapToDouble(term -> term.sums.end()).max().orElseThrow();
    }

    @Override
    public double lossError() {
        return terms.stream().mapToDouble(term -> term.sums.lossError()).max().orElseThrow();
    }

    @Override
    public int length() {
        return terms.stream().mapToInt(term -> term.sums.length()).sum();
    }
}
