package dev.sotto.accountant.pld;

import dev.sotto.accountant.Mechanism;
import dev.sotto.accountant.Mechanism.SampledGaussian;
import dev.sotto.accountant.Mechanism.SampledLaplace;
import dev.sotto.accountant.Mechanism.Stated;
import dev.sotto.accountant.Mechanism.Steps;
import java.util.ArrayList;
import java.util.List;

/** The losses of all steps, to be rounded to any lattice. */
final class Grid {
    /** Cutting off the tails of every step adds at most this much, over δ. */
    private static final double CUT = 1e-4;

    static final double MAX_STEP = 2;

    /** Cells of a first look, about: a wider range of losses is no question for a lattice, and looking at it would take minutes. */
    private static final long MOST_CELLS = 1 << 17;

    /** Noise beside which losses are lost in rounding, so that their integrals would never end. */
    private static final double MOST_NOISE = 1e6;

    private final List<Steps> steps;
    private final List<SampledLoss> losses = new ArrayList<>();

    /** @param logDelta logarithm of the δ in question, finite */
    Grid(List<Steps> steps, double logDelta) {
        this.steps = steps;
        double count = steps.stream().mapToDouble(Steps::count).sum();
        double log = logDelta + Math.log(CUT / count);
        for (Steps s : steps) {
            losses.add(loss(s, log));
        }
    }

    /** @param log logarithm of the mass that may be cut off */
    private static SampledLoss loss(Steps s, double log) {
        if (s.mechanism() instanceof SampledGaussian g) {
            double q = g.samplingProbability();
            return new SampledLoss(q, gaussian(1 / g.noiseMultiplier(), q, log));
        }
        if (s.mechanism() instanceof SampledLaplace l) {
            return new SampledLoss(l.samplingProbability(), new BaseLoss.Laplace(1 / l.scale()));
        }
        if (s.mechanism() instanceof Stated stated) {
            return new SampledLoss(1, new BaseLoss.Stated(stated.epsilon(), stated.delta()));
        }
        throw new IllegalStateException("a release without any guarantee has no loss distribution");
    }

    private static double noise(Mechanism mechanism) {
        return mechanism instanceof SampledGaussian gaussian
                ? gaussian.noiseMultiplier()
                : mechanism instanceof SampledLaplace laplace ? laplace.scale() : 0;
    }

    /** Only the share q of M1 is cut off above, and M0 there only where it lies above its own mean by μ more. */
    private static BaseLoss gaussian(double mu, double q, double log) {
        double z = reach(log);
        return new BaseLoss.Gaussian(mu, z, Math.min(z, Math.max(reach(log - Math.log(q)), z - mu)));
    }

    /** z with 4.002 φ(z)/z &le; e^log. */
    private static double reach(double log) {
        double z = 2;
        while (Math.log(4.002) - z * z / 2 - Math.log(z * Math.sqrt(2 * Math.PI)) > log) {
            z += 0.05;
        }
        return z;
    }

    double count() {
        return steps.stream().mapToDouble(Steps::count).sum();
    }

    /**
     * Removal and addition on a lattice that shows the shape of every loss; for guesses only.
     *
     * @throws TooFineException if one step can lose millions of nats, or next to nothing
     */
    List<Composition> pilot() {
        double range = losses.stream().mapToDouble(SampledLoss::range).max().orElse(0);
        if (!(range <= MOST_CELLS * CellWidths.MAX_WIDTH)
                || steps.stream().anyMatch(s -> noise(s.mechanism()) > MOST_NOISE)) {
            throw new TooFineException(Double.POSITIVE_INFINITY, MOST_CELLS);
        }
        double step = align(Math.min(MAX_STEP, Math.max(range, 1e-300) / (1 << 18)));
        List<CellWidths> widths = new ArrayList<>();
        for (SampledLoss loss : losses) {
            widths.add(loss.hasAtoms() ? evenly(loss, step) : CellWidths.octaves());
        }
        return round(step, widths);
    }

    /** About 256 cells, all of one width. */
    private static CellWidths evenly(SampledLoss loss, double step) {
        long width = Math.max(1, Math.round(loss.atomSpan() / step / 256));
        return (at, s) -> width;
    }

    /** Widths of cells for each loss, from the pilot's masses under the tilts of both directions. */
    List<CellWidths> widths(List<Composition> pilot, List<Tilt> tilts, double firstStep) {
        List<CellWidths> widths = new ArrayList<>();
        for (int i = 0; i < losses.size(); i++) {
            widths.add(losses.get(i).hasAtoms() ? CellWidths.even() : widths(pilot, tilts, firstStep, i));
        }
        return widths;
    }

    private static CellWidths widths(List<Composition> pilot, List<Tilt> tilts, double firstStep, int part) {
        double step = pilot.get(0).step();
        RoundedLoss removal = pilot.get(0).parts().get(part).loss();
        int size = removal.size();
        double[] losses = new double[size];
        double[] beyond = new double[size];
        for (int i = 0; i < size; i++) {
            losses[i] = removal.index(i) * step;
        }
        for (int d = 0; d < 2; d++) {
            double[] tilted = tilts.get(d).masses(pilot.get(d).parts().get(part).loss(), step);
            double left = 0;
            for (int i = 0; i < size && losses[i] <= 0; i++) {
                left += tilted[d == 0 ? i : size - 1 - i];
                beyond[i] = Math.max(beyond[i], left);
            }
            double right = 0;
            for (int i = size - 1; i >= 0 && losses[i] >= 0; i--) {
                right += tilted[d == 0 ? i : size - 1 - i];
                beyond[i] = Math.max(beyond[i], right);
            }
        }
        double lambda = Math.max(tilts.get(0).lambda(), tilts.get(1).lambda());
        return CellWidths.byMass(losses, beyond, new Tilt(lambda, tilts.get(0).most()), firstStep);
    }

    /**
     * The largest step at or below {@code wanted} that leaves the atoms of a mechanism unrounded: of the most frequent one whose
     * atoms are not nearer to each other than that. Nearer ones, of a rare sample, would make the lattice of all others too fine.
     */
    double align(double wanted) {
        double span = 0;
        long count = 0;
        for (int i = 0; i < losses.size(); i++) {
            double one = losses.get(i).atomSpan();
            boolean near = one < wanted && losses.size() > 1;
            if (one > 0 && !near && steps.get(i).count() > count) {
                span = one;
                count = steps.get(i).count();
            }
        }
        return span == 0 ? wanted : span / Math.ceil(span / wanted);
    }

    private double largestAddition() {
        double sum = 0;
        for (int i = 0; i < losses.size(); i++) {
            sum += steps.get(i).count() * losses.get(i).largestAddition();
        }
        return sum * (1 + 1e-12);
    }

    /** Both directions: removal first, then addition. */
    List<Composition> round(double step, List<CellWidths> widths) {
        List<Part> removal = new ArrayList<>();
        List<Part> addition = new ArrayList<>();
        for (int i = 0; i < losses.size(); i++) {
            RoundedPair pair = losses.get(i).round(step, widths.get(i));
            removal.add(new Part(pair.removal(), steps.get(i).count()));
            addition.add(new Part(pair.addition(), steps.get(i).count()));
        }
        return List.of(
                new Composition(removal, step, Double.POSITIVE_INFINITY),
                new Composition(addition, step, largestAddition()));
    }
}
