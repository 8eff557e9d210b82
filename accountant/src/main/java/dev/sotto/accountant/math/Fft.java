package dev.sotto.accountant.math;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The discrete Fourier transform of a power-of-two length, in place. The forward transform leaves its result in
 * bit-reversed order and the inverse takes it so: between the two only pointwise products are wanted.
 *
 * <p>Error, entry by entry: each output is a sum over inputs of products along a path of log2(n) butterflies, each with
 * one complex multiplication by a twiddle good to an ulp and one addition, so it is off by at most
 * {@link #relativeError()} times the sum of the inputs' moduli (Higham, "Accuracy and Stability of Numerical
 * Algorithms", 2nd ed., Section 24.1, with the 1-norm for the 2-norm).
 */
public final class Fft {
    private static final int MAX_CACHED = 1 << 18;
    private static final Map<Integer, Fft> CACHE = new ConcurrentHashMap<>();

    private final int n;
    private final double[] cosines; // [n/2], cos(2πk/n)
    private final double[] sines; // [n/2], sin(2πk/n)

    private Fft(int n) {
        Check.that(n >= 2 && Integer.bitCount(n) == 1, "length must be a power of two, at least 2, got %s", n);
        this.n = n;
        this.cosines = new double[n / 2];
        this.sines = new double[n / 2];
        for (int k = 0; k <= n / 8; k++) {
            fill(k, Math.cos(2 * Math.PI * k / n), Math.sin(2 * Math.PI * k / n));
        }
        put(0, 1, 0); // which in a table of one entry was a quarter turn's place as well
    }

    /** A transform of this length; the tables of short ones are shared. */
    public static Fft ofLength(int n) {
        return n <= MAX_CACHED ? CACHE.computeIfAbsent(n, Fft::new) : new Fft(n);
    }

    /** One octant gives the others, so every entry is as good as the smallest angle's. */
    private void fill(int k, double cos, double sin) {
        put(k, cos, sin);
        put(n / 4 - k, sin, cos);
        put(n / 4 + k, -sin, cos);
        put(n / 2 - k, -cos, sin);
    }

    private void put(int k, double cos, double sin) {
        if (k >= 0 && k < n / 2) {
            cosines[k] = cos;
            sines[k] = sin;
        }
    }

    /** Bound on |computed - exact| of any entry, over the sum of the moduli of all inputs. */
    public double relativeError() {
        int levels = Integer.numberOfTrailingZeros(n);
        return levels * 6 * 0x1p-53 * (1 + 1e-10);
    }

    /**
     * Bound on the 2-norm of the errors over that of all outputs, for one array of complex inputs: Higham, Section 24.1,
     * with twiddles good to an ulp.
     */
    public double relativeErrorOfNorm() {
        int levels = Integer.numberOfTrailingZeros(n);
        return levels * 8 * 0x1p-53 * (1 + 1e-10);
    }

    /**
     * X[k] = Σ x[j] exp(-2πi jk/n), natural order in, bit-reversed order out.
     *
     * @param re [n] real parts
     * @param im [n] imaginary parts
     */
    public void forward(double[] re, double[] im) {
        for (int half = n / 2, stride = 1; half >= 1; half /= 2, stride *= 2) {
            for (int start = 0; start < n; start += 2 * half) {
                for (int k = 0, w = 0; k < half; k++, w += stride) {
                    int a = start + k;
                    int b = a + half;
                    double dr = re[a] - re[b];
                    double di = im[a] - im[b];
                    re[a] += re[b];
                    im[a] += im[b];
                    re[b] = dr * cosines[w] + di * sines[w];
                    im[b] = di * cosines[w] - dr * sines[w];
                }
            }
        }
    }

    /** n x[j] = Σ X[k] exp(2πi jk/n), bit-reversed order in, natural order out: not divided by n. */
    public void inverse(double[] re, double[] im) {
        for (int half = 1, stride = n / 2; half < n; half *= 2, stride /= 2) {
            for (int start = 0; start < n; start += 2 * half) {
                for (int k = 0, w = 0; k < half; k++, w += stride) {
                    int a = start + k;
                    int b = a + half;
                    double tr = re[b] * cosines[w] - im[b] * sines[w];
                    double ti = im[b] * cosines[w] + re[b] * sines[w];
                    re[b] = re[a] - tr;
                    im[b] = im[a] - ti;
                    re[a] += tr;
                    im[a] += ti;
                }
            }
        }
    }

    /** The frequency k whose value stands at {@code position} in bit-reversed order. */
    public int frequency(int position) {
        return Integer.reverse(position) >>> (32 - Integer.numberOfTrailingZeros(n));
    }

    /** cos(2πt/n) for t in 0..n-1, to an ulp. */
    public double cos(int t) {
        return t < n / 2 ? cosines[t] : -cosines[t - n / 2];
    }

    /** sin(2πt/n) for t in 0..n-1, to an ulp. */
    public double sin(int t) {
        return t < n / 2 ? sines[t] : -sines[t - n / 2];
    }

    /** Where the frequency -k stands, in bit-reversed order, when k stands at {@code position}. */
    public static int mirror(int position) {
        int top = Integer.highestOneBit(position);
        return position == 0 ? 0 : 3 * top - 1 - position;
    }
}
