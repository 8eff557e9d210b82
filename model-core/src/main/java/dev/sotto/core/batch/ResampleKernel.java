package dev.sotto.core.batch;

/**
 * The weights that make a window of output pixels out of one line of input pixels: Pillow's separable convolution with
 * 8-bit lines between its two passes (Resample.c, version 12). Weights are integers of {@value #BITS} fractional bits,
 * so the result is exact and the same everywhere.
 */
final class ResampleKernel {
    private static final int BITS = 32 - 8 - 2;

    private final int[] first; // [window] index of the first input pixel that counts
    private final int[][] weights; // [window][its input pixels]

    private ResampleKernel(int[] first, int[][] weights) {
        this.first = first;
        this.weights = weights;
    }

    /**
     * Output pixel {@code i} of the window is pixel {@code from + i} of the line resized from {@code in} to
     * {@code out} pixels. Pixels outside that line have no weight: they come out as 0.
     */
    static ResampleKernel of(Resample method, int in, int out, int from, int window) {
        int[] first = new int[window];
        int[][] weights = new int[window][0];
        for (int i = Math.max(0, -from); i < window && from + i < out; i++) {
            if (method == Resample.NEAREST) {
                first[i] = Math.min(in - 1, (int) summed(0.5 * in / out, (double) in / out, from + i));
                weights[i] = new int[] {1 << BITS};
            } else {
                double scale = (double) in / out;
                double stretch = Math.max(scale, 1);
                double centre = (from + i + 0.5) * scale;
                double reach = method.support() * stretch;
                first[i] = Math.max(0, (int) (centre - reach + 0.5));
                int end = Math.min(in, (int) (centre + reach + 0.5));
                weights[i] = fixedPoint(method, first[i], end - first[i], centre, stretch);
            }
        }
        return new ResampleKernel(first, weights);
    }

    /** start + steps * step, rounded after every step, as Pillow walks along a line (ImagingScaleAffine). */
    private static double summed(double start, double step, int steps) {
        double sum = start;
        for (int i = 0; i < steps; i++) {
            sum += step;
        }
        return sum;
    }

    private static int[] fixedPoint(Resample method, int first, int count, double centre, double stretch) {
        double[] exact = new double[count];
        double sum = 0;
        for (int k = 0; k < count; k++) {
            exact[k] = method.weight((k + first - centre + 0.5) * (1 / stretch));
            sum += exact[k];
        }
        int[] rounded = new int[count];
        for (int k = 0; k < count; k++) {
            double scaled = (sum == 0 ? exact[k] : exact[k] / sum) * (1 << BITS);
            rounded[k] = (int) (scaled < 0 ? scaled - 0.5 : scaled + 0.5);
        }
        return rounded;
    }

    /** First input pixel that any output pixel of the window needs; 0 if none does. */
    int inputStart() {
        int start = Integer.MAX_VALUE;
        for (int i = 0; i < weights.length; i++) {
            start = weights[i].length == 0 ? start : Math.min(start, first[i]);
        }
        return start == Integer.MAX_VALUE ? 0 : start;
    }

    /** One past the last input pixel that any output pixel of the window needs. */
    int inputEnd() {
        int end = 0;
        for (int i = 0; i < weights.length; i++) {
            end = weights[i].length == 0 ? end : Math.max(end, first[i] + weights[i].length);
        }
        return end;
    }

    /**
     * Makes one line.
     *
     * @param source unsigned pixels; input pixel x of the line is at {@code sourceStart + x * sourceStep}
     * @param target output pixel i of the window goes to {@code targetStart + i * targetStep}
     */
    void line(byte[] source, int sourceStart, int sourceStep, byte[] target, int targetStart, int targetStep) {
        for (int i = 0; i < weights.length; i++) {
            int sum = weights[i].length == 0 ? 0 : 1 << (BITS - 1); // rounds to nearest
            int at = sourceStart + first[i] * sourceStep;
            for (int weight : weights[i]) {
                sum += (source[at] & 0xFF) * weight;
                at += sourceStep;
            }
            target[targetStart + i * targetStep] = (byte) Math.max(0, Math.min(255, sum >> BITS));
        }
    }
}
