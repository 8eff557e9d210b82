package dev.sotto.accountant.pld;

import dev.sotto.accountant.math.Fft;

/**
 * The composed loss, tilted by λ and folded into a window: both bounds at once, one as the real and one as the imaginary
 * part of a single transform.
 *
 * <p>Tilting multiplies the mass at loss s by e^(λs - K); the n-fold sum of tilted losses is the tilted n-fold sum, so
 * absolute rounding errors of the transform become errors relative to e^(K - λs), which near the wanted ε is about δ
 * itself. Every error is bounded here or in {@link Window} and charged by {@link TailSums}.
 */
final class TiltedSum implements LatticeSum {
    /** Powers below e^-NEGLIGIBLE are taken as 0 and charged as such. */
    private static final double NEGLIGIBLE = 110;

    private static final double BURIED = Math.exp(-NEGLIGIBLE);

    private static final double UNIT = 0x1p-53;

    private final Fft fft;
    private final int length;
    private final double[] upperRe; // [length], spectrum in bit-reversed order, filled where position <= mirror
    private final double[] upperIm;
    private final double[] lowerRe;
    private final double[] lowerIm;
    private final double[] upperBound; // [length], at or above the modulus of the exact spectrum
    private final double[] lowerBound;
    private final int[] alive; // positions whose power is not yet negligible, in its first aliveCount entries
    private int aliveCount;
    private double steps;
    private double logGrowth; // bound on the logarithm of any modulus that the parts can still multiply by

    TiltedSum(int length) {
        this.length = length;
        this.fft = Fft.ofLength(length);
        this.upperRe = new double[length];
        this.upperIm = new double[length];
        this.lowerRe = new double[length];
        this.lowerIm = new double[length];
        this.upperBound = new double[length];
        this.lowerBound = new double[length];
        this.alive = new int[length / 2 + 1];
        for (int p = 0; p < length; p++) {
            if (p <= Fft.mirror(p)) {
                alive[aliveCount++] = p;
                upperRe[p] = 1;
                lowerRe[p] = 1;
                upperBound[p] = 1;
                lowerBound[p] = 1;
            }
        }
    }

    /**
     * Frequencies at which what was
     * composed so far is negligible are left out, as every further factor is 1 at most; where few are left, they are
     * summed one by one instead of transformed.
     */
    @Override
    public void compose(Part part, double step, double lambda, double logMoment) {
        RoundedLoss loss = part.loss();
        double[] upper = new double[loss.size()];
        double[] lower = new double[loss.size()];
        double norm = tilt(loss, step, lambda, logMoment, upper, lower);
        logGrowth += part.count() * (Math.max(0, Math.log(norm)) + loss.size() * UNIT + 1e-14);
        double negligible = Math.exp(-NEGLIGIBLE / part.count());
        if ((double) aliveCount * loss.size() < 2.0 * length * Integer.numberOfTrailingZeros(length)) {
            sumUp(part, upper, lower, negligible);
        } else {
            transform(part, upper, lower, negligible);
        }
        steps += part.count();
        bury();
    }

    private void transform(Part part, double[] upper, double[] lower, double negligible) {
        double[] re = new double[length];
        double[] im = new double[length];
        for (int i = 0; i < upper.length; i++) {
            int bin = (int) (part.loss().index(i) & (length - 1L));
            re[bin] += upper[i];
            im[bin] += lower[i];
        }
        fft.forward(re, im);
        double error = 2 * fft.relativeError() * (1 + 1e-6);
        for (int a = 0; a < aliveCount; a++) {
            int p = alive[a];
            int m = Fft.mirror(p);
            double ur = (re[p] + re[m]) / 2;
            double ui = (im[p] - im[m]) / 2;
            double lr = (im[p] + im[m]) / 2;
            double li = (re[m] - re[p]) / 2;
            multiply(upperRe, upperIm, upperBound, p, part.count(), ur, ui, error, negligible);
            multiply(lowerRe, lowerIm, lowerBound, p, part.count(), lr, li, error, negligible);
        }
    }

    /** The sums of the definition; a sum of s terms, each with a root of unity good to two ulp, is off by (s + 4) ulp. */
    private void sumUp(Part part, double[] upper, double[] lower, double negligible) {
        double error = (upper.length + 8) * UNIT * (1 + 1e-6);
        long[] bins = new long[upper.length];
        for (int i = 0; i < bins.length; i++) {
            bins[i] = part.loss().index(i) & (length - 1L);
        }
        for (int a = 0; a < aliveCount; a++) {
            int p = alive[a];
            long frequency = fft.frequency(p);
            double ur = 0;
            double ui = 0;
            double lr = 0;
            double li = 0;
            for (int i = 0; i < bins.length; i++) {
                int turn = (int) (frequency * bins[i] & (length - 1L));
                double cos = fft.cos(turn);
                double sin = fft.sin(turn);
                ur += upper[i] * cos;
                ui -= upper[i] * sin;
                lr += lower[i] * cos;
                li -= lower[i] * sin;
            }
            multiply(upperRe, upperIm, upperBound, p, part.count(), ur, ui, error, negligible);
            multiply(lowerRe, lowerIm, lowerBound, p, part.count(), lr, li, error, negligible);
        }
    }

    /** Leaves out the frequencies at which both spectra are negligible. */
    private void bury() {
        int left = 0;
        for (int a = 0; a < aliveCount; a++) {
            int p = alive[a];
            if (Math.max(upperBound[p], lowerBound[p]) > BURIED) {
                alive[left++] = p;
            } else {
                upperRe[p] = 0;
                upperIm[p] = 0;
                lowerRe[p] = 0;
                lowerIm[p] = 0;
                upperBound[p] = BURIED;
                lowerBound[p] = BURIED;
            }
        }
        aliveCount = left;
    }

    /** Multiplies entry p by (ur + i ui)^n, by squaring: relative error below 4 n units in the last place. */
    private static void multiply(
            double[] re, double[] im, double[] bound, int p, long n, double ur, double ui, double error, double least) {
        double modulus = Math.sqrt(ur * ur + ui * ui) + error;
        if (modulus < least) {
            bound[p] *= Math.exp(-NEGLIGIBLE);
            re[p] = 0;
            im[p] = 0;
            return;
        }
        double a = re[p];
        double b = im[p];
        double top = bound[p];
        for (long k = n; ; ) {
            if ((k & 1) != 0) {
                double r = a * ur - b * ui;
                b = a * ui + b * ur;
                a = r;
                top *= modulus;
            }
            k >>= 1;
            if (k == 0) {
                break;
            }
            double r = ur * ur - ui * ui;
            ui = 2 * ur * ui;
            ur = r;
            modulus *= modulus;
        }
        re[p] = a;
        im[p] = b;
        bound[p] = top;
    }

    /** Tilted masses, [size] each; returns the larger of their two sums. */
    private static double tilt(
            RoundedLoss loss, double step, double lambda, double logMoment, double[] upper, double[] lower) {
        long gap = 0;
        double factor = 1;
        double weight = 0;
        double upperSum = 0;
        double lowerSum = 0;
        for (int i = 0; i < loss.size(); i++) {
            long distance = i == 0 ? 0 : loss.index(i) - loss.index(i - 1);
            if (i % 32 == 0 || distance != gap || weight < 1e-250) { // what underflowed would stay 0
                weight = Math.exp(lambda * (loss.offset() + step * loss.index(i)) - logMoment);
                factor = distance == gap ? factor : Math.exp(lambda * step * distance);
                gap = distance;
            } else {
                weight *= factor;
            }
            upper[i] = loss.upper(i) * weight;
            lower[i] = loss.lower(i) * weight;
            upperSum += upper[i];
            lowerSum += lower[i];
        }
        return Math.max(upperSum, lowerSum);
    }

    @Override
    public double masses(double[] upper, double[] lower) {
        double errors = 0; // squares
        double moduli = 0; // squares
        double rounding = 1 + 32 * (steps + 1) * UNIT;
        double buried = rounding * Math.exp(logGrowth);
        for (int p = 0; p < length; p++) {
            int m = Fft.mirror(p);
            if (p <= m) {
                double u = Math.sqrt(upperRe[p] * upperRe[p] + upperIm[p] * upperIm[p]);
                double l = Math.sqrt(lowerRe[p] * lowerRe[p] + lowerIm[p] * lowerIm[p]);
                double weight = p == m ? 1 : 2;
                double growth = upperBound[p] <= BURIED && lowerBound[p] <= BURIED ? buried : rounding;
                double error = Math.max(upperBound[p] * growth - u, lowerBound[p] * growth - l);
                errors += weight * error * error;
                moduli += weight * (u * u + l * l);
                upper[p] = upperRe[p] - lowerIm[p];
                lower[p] = upperIm[p] + lowerRe[p];
                upper[m] = upperRe[p] + lowerIm[p];
                lower[m] = lowerRe[p] - upperIm[p];
            }
        }
        fft.inverse(upper, lower);
        for (int i = 0; i < length; i++) {
            upper[i] /= length;
            lower[i] /= length;
        }
        return (Math.sqrt(errors) + Math.sqrt(moduli) * fft.relativeErrorOfNorm()) / Math.sqrt(length) * (1 + 1e-6);
    }
}
