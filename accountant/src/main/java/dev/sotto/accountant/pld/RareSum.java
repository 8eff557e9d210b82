package dev.sotto.accountant.pld;

import dev.sotto.accountant.math.Check;
import dev.sotto.accountant.math.Fft;

/**
 * What {@link TiltedSum} computes, for losses that are nearly always at index 0, without losing what is rare to the
 * rounding of what is frequent.
 *
 * <p>With a_j the tilted masses over that of index 0, one step's spectrum is p_0 (1 + g), g the transform of a_j over
 * j ≠ 0, which is as small as these masses are. Then (1 + g)^n - 1 = exp(n log(1 + g)) - 1 is computed without ever adding
 * 1, transformed back, and only then is 1 added to the bin of index 0. Every error is relative to g. The factor p_0^n is
 * left to the end, where its error is relative to the masses.
 */
final class RareSum implements LatticeSum {
    /** Largest sum of all a_j; |g| is at most that. */
    private static final double MOST = 0.25;

    private static final double UNIT = 0x1p-53;

    private final int length;
    private final Fft fft;
    private final Side upper;
    private final Side lower;

    /** @param expected as {@link #expected} tells of all that will be composed; not NaN: the errors' bounds need that */
    RareSum(int length, double expected) {
        Check.that(
                expected >= 0, "steps that are not rare, or never at index 0, cannot be summed as such: %s", expected);
        this.length = length;
        this.fft = Fft.ofLength(length);
        this.upper = new Side(length, expected <= 1);
        this.lower = new Side(length, expected <= 1);
    }

    /** Tilted mass off index 0 over that at it, both bounds the larger; NaN or infinite without mass there. */
    private static double share(RoundedLoss loss, double step, double lambda) {
        int atom = atom(loss);
        if (atom < 0) {
            return Double.POSITIVE_INFINITY;
        }
        double up = 0;
        double low = 0;
        for (int i = 0; i < loss.size(); i++) {
            if (i != atom) {
                double weight = Math.exp(lambda * step * loss.index(i));
                up += loss.upper(i) * weight;
                low += loss.lower(i) * weight;
            }
        }
        return Math.max(up / loss.upper(atom), low / loss.lower(atom));
    }

    /**
     * How many tilted steps, of all, are expected off index 0: the errors are relative to that, or to 1 if it is more;
     * NaN where this sum does not apply.
     */
    static double expected(Composition composition, double lambda) {
        double sum = 0;
        for (Part part : composition.parts()) {
            double share = share(part.loss(), composition.step(), lambda);
            sum += share <= MOST ? part.count() * share : Double.NaN;
        }
        return sum;
    }

    private static int atom(RoundedLoss loss) {
        for (int i = 0; i < loss.size(); i++) {
            if (loss.index(i) == 0) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public void compose(Part part, double step, double lambda, double logMoment) {
        RoundedLoss loss = part.loss();
        int atom = atom(loss);
        double[] re = new double[length];
        double[] im = new double[length];
        double sum = 0;
        for (int i = 0; i < loss.size(); i++) {
            if (i != atom) {
                int bin = (int) (loss.index(i) & (length - 1L));
                double weight = Math.exp(lambda * step * loss.index(i));
                double u = loss.upper(i) / loss.upper(atom) * weight;
                double l = loss.lower(i) / loss.lower(atom) * weight;
                re[bin] += u;
                im[bin] += l;
                sum += u + l;
            }
        }
        fft.forward(re, im);
        double error = sum * (fft.relativeError() + 8 * UNIT) * (1 + 1e-6);
        double shift = lambda * loss.offset() - logMoment;
        double upperScale = part.count() * (Math.log(loss.upper(atom)) + shift);
        double lowerScale = part.count() * (Math.log(loss.lower(atom)) + shift);
        for (int p = 0; p < length; p++) {
            int m = Fft.mirror(p);
            if (p <= m) {
                upper.multiply(p, part.count(), (re[p] + re[m]) / 2, (im[p] - im[m]) / 2, error, upperScale);
                lower.multiply(p, part.count(), (im[p] + im[m]) / 2, (re[m] - re[p]) / 2, error, lowerScale);
            }
        }
        upper.logScale += upper.apart ? upperScale : 0;
        lower.logScale += lower.apart ? lowerScale : 0;
    }

    @Override
    public double masses(double[] upperMasses, double[] lowerMasses) {
        double errors = 0; // squares
        double moduli = 0; // squares
        for (int p = 0; p < length; p++) {
            int m = Fft.mirror(p);
            if (p <= m) {
                double weight = p == m ? 1 : 2;
                double error = Math.max(upper.error[p], lower.error[p]);
                errors += weight * error * error;
                moduli += weight * (upper.square(p) + lower.square(p));
                upperMasses[p] = upper.re[p] - lower.im[p];
                lowerMasses[p] = upper.im[p] + lower.re[p];
                upperMasses[m] = upper.re[p] + lower.im[p];
                lowerMasses[m] = lower.re[p] - upper.im[p];
            }
        }
        fft.inverse(upperMasses, lowerMasses);
        double upperScale = Math.exp(upper.logScale);
        double lowerScale = Math.exp(lower.logScale);
        for (int i = 0; i < length; i++) {
            double atom = i == 0 && upper.apart ? 1 : 0;
            upperMasses[i] = upperScale * (upperMasses[i] / length + atom);
            lowerMasses[i] = lowerScale * (lowerMasses[i] / length + atom);
        }
        double norm = Math.sqrt(errors) + Math.sqrt(moduli) * (fft.relativeErrorOfNorm() + 4 * UNIT);
        return Math.max(upperScale, lowerScale) * norm / Math.sqrt(length) * (1 + 1e-6);
    }

    /** One bound's spectrum where position <= mirror, less 1 if {@code apart}, with a bound on each entry's error. */
    private static final class Side {
        private final boolean apart;
        private final double[] re;
        private final double[] im;
        private final double[] error;
        private double logScale;

        Side(int length, boolean apart) {
            this.apart = apart;
            re = new double[length];
            im = new double[length];
            error = new double[length];
            java.util.Arrays.fill(re, apart ? 0 : 1);
        }

        double square(int p) {
            return re[p] * re[p] + im[p] * im[p];
        }

        /**
         * Multiplies by (1 + g)^n e^scale, or, apart, without the factor.
         *
         * @param wrong bound on the error of g = x + iy, |g| &le; 1/4
         */
        void multiply(int p, long n, double x, double y, double wrong, double scale) {
            double g = Math.sqrt(x * x + y * y);
            // log(1 + g): its derivative is at most 4/3 here, and the parts' rounding below 16 units of |g| each
            double s = n * (0.5 * Math.log1p(2 * x + (x * x + y * y)));
            double t = n * Math.atan2(y, 1 + x);
            double off = n * (1.5 * wrong + 48 * UNIT * g);
            if (apart) {
                multiplyApart(p, s, t, off);
            } else {
                times(p, s + scale, t, off + 4 * UNIT * (Math.abs(s) + Math.abs(scale)));
            }
        }

        private void times(int p, double s, double t, double off) {
            double f = Math.exp(s);
            double fr = f * Math.cos(t);
            double fi = f * Math.sin(t);
            double fWrong = f * (Math.expm1(off) + 16 * UNIT) * (1 + 1e-6) + Double.MIN_NORMAL;
            double h = Math.sqrt(square(p));
            double hr = re[p] * fr - im[p] * fi;
            im[p] = re[p] * fi + im[p] * fr;
            re[p] = hr;
            error[p] = (error[p] * (f + fWrong) + fWrong * h + 8 * UNIT * h * f) * (1 + 1e-6);
        }

        /** h becomes (1 + h)(1 + f) - 1, f = e^(s + it) - 1. */
        private void multiplyApart(int p, double s, double t, double off) {
            double half = Math.sin(t / 2);
            double risen = Math.expm1(s);
            double bent = 2 * half * half;
            double fr = risen * Math.cos(t) - bent;
            double fi = (1 + risen) * Math.sin(t);
            double f = Math.sqrt(fr * fr + fi * fi);
            double fWrong = (1 + risen + 4 * UNIT) * Math.expm1(off) * (1 + 1e-6)
                    + 16 * UNIT * (Math.abs(risen) + bent + Math.abs(fi));
            double h = Math.sqrt(square(p));
            double hr = re[p] + fr + (re[p] * fr - im[p] * fi);
            double hi = im[p] + fi + (re[p] * fi + im[p] * fr);
            error[p] = (error[p] * (1 + f + fWrong) + fWrong * (1 + h) + 8 * UNIT * (h + f + h * f)) * (1 + 1e-6);
            re[p] = hr;
            im[p] = hi;
        }
    }
}
