package dev.sotto.core.privacy;

/** A noisy mean gradient: public, and the only thing an optimizer accepts. Only {@link GaussianMechanism} makes one. */
public final class NoisySum {
    private final double[] gradient; // [dimension]
    private final boolean isPrivate;

    NoisySum(double[] gradient, boolean isPrivate) {
        this.gradient = gradient;
        this.isPrivate = isPrivate;
    }

    /** A copy of the noisy mean gradient γY/(qN), [dimension], in gradient units. */
    public double[] gradient() {
        return gradient.clone();
    }

    /** Number of coordinates. */
    public int dimension() {
        return gradient.length;
    }

    /** False where nothing was promised: no noise, or noise from an insecure seed. */
    public boolean isPrivate() {
        return isPrivate;
    }
}
