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
final class TiltedSum {
    /** Powers below e^-NEGLIGIBLE are taken as 0 and charged as such. */
    private static final double NEGLIGIBLE = 110;

    private static final double UNIT = 0x1p-53;

    private final Fft fft;
    private final int length;
    private final double[] upperRe; // [length], spectrum in bit-reversed order, filled where position <= mirror
    private final double[] upperIm;
    private final double[] lowerRe;
    private final double[] lowerIm;
    private final double[] upperBound; // [length], at or above the modulus of the exact spectrum
    private final double[] lowerBound;
    private double steps;

    TiltedSum(int length) {
        this.length = length;
        this.fft = Fft.ofLength(length);
        this.upperRe = new double[length];
        this.upperIm = new double[length];
        this.lowerRe = new double[length];
        this.lowerIm = new double[length];
        this.upperBound = new double[length];
        this.lowerBound = new double[length];
        java.util.Arrays.fill(upperRe, 1);
        java.util.Arrays.fill(lowerRe, 1);
        java.util.Arrays.fill(upperBound, 1);
        java.util.Arrays.fill(lowerBound, 1);
    }

    /** Composes with {@code part}, tilted by λ and normalized to the mass e^logMoment. */
    void compose(Part part, double step, double lambda, double logMoment) {
        double[] re = new double[length];
        double[] im = new double[length];
        fold(part.loss(), step, lambda, logMoment, re, im);
        fft.forward(re, im);
        double error = 2 * fft.relativeError() * (1 + 1e-6);
        double negligible = Math.exp(-NEGLIGIBLE / part.count());
        for (int p = 0; p < length; p++) {
            int m = Fft.mirror(p);
            if (p <= m) {
                double ur = (re[p] + re[m]) / 2;
                double ui = (im[p] - im[m]) / 2;
                double lr = (im[p] + im[m]) / 2;
                double li = (re[m] - re[p]) / 2;
                multiply(upperRe, upperIm, upperBound, p, part.count(), ur, ui, error, negligible);
                multiply(lowerRe, lowerIm, lowerBound, p, part.count(), lr, li, error, negligible);
            }
        }
        steps += part.count();
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

    /** Tilted masses, added up modulo the length. */
    private void fold(RoundedLoss loss, double step, double lambda, double logMoment, double[] re, double[] im) {
        long gap = 0;
        double factor = 1;
        double weight = 0;
        for (int i = 0; i < loss.size(); i++) {
            long distance = i == 0 ? 0 : loss.index(i) - loss.index(i - 1);
            if (i % 32 == 0 || distance != gap) {
                weight = Math.exp(lambda * (loss.offset() + step * loss.index(i)) - logMoment);
                factor = distance == gap ? factor : Math.exp(lambda * step * distance);
                gap = distance;
            } else {
                weight *= factor;
            }
            int bin = (int) (loss.index(i) & (length - 1L));
            re[bin] += loss.upper(i) * weight;
            im[bin] += loss.lower(i) * weight;
        }
    }

    /**
     * Transforms back.
     *
     * @param upper [length] receives the tilted pessimistic masses, bin j at position j mod length
     * @param lower [length] likewise the optimistic ones
     * @return bound on the error of each of these masses
     */
    double masses(double[] upper, double[] lower) {
        double error = 0;
        double moduli = 0;
        for (int p = 0; p < length; p++) {
            int m = Fft.mirror(p);
            if (p <= m) {
                double u = Math.sqrt(upperRe[p] * upperRe[p] + upperIm[p] * upperIm[p]);
                double l = Math.sqrt(lowerRe[p] * lowerRe[p] + lowerIm[p] * lowerIm[p]);
                double weight = p == m ? 1 : 2;
                double rounding = 32 * (steps + 1) * UNIT;
                error += weight * Math.max(upperBound[p] * (1 + rounding) - u, lowerBound[p] * (1 + rounding) - l);
                moduli += weight * (u + l);
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
        return (error + moduli * fft.relativeError()) / length * (1 + 1e-6);
    }
}
