package dev.sotto.accountant.math;

import java.util.function.DoubleUnaryOperator;

/** Gauss-Legendre quadrature: exact for polynomials of degree 2n-1. Nodes by Newton's method on the recurrence. */
public final class GaussLegendre {
    public static final GaussLegendre EIGHT = new GaussLegendre(8);

    private final double[] nodes; // [n], in (-1, 1), ascending
    private final double[] weights; // [n], sum 2

    /** @param n number of nodes, in 1..64 */
    public GaussLegendre(int n) {
        Check.that(n >= 1 && n <= 64, "nodes must be in 1..64, got %s", n);
        nodes = new double[n];
        weights = new double[n];
        for (int i = 0; i < n; i++) {
            double x = -Math.cos(Math.PI * (i + 0.75) / (n + 0.5));
            double slope = 0;
            for (int newton = 0; newton < 10; newton++) {
                double previous = 1;
                double value = x;
                for (int k = 2; k <= n; k++) {
                    double next = ((2 * k - 1) * x * value - (k - 1) * previous) / k;
                    previous = value;
                    value = next;
                }
                slope = n * (x * value - previous) / (x * x - 1);
                x -= value / slope;
            }
            nodes[i] = x;
            weights[i] = 2 / ((1 - x * x) * slope * slope);
        }
    }

    /** How many nodes. */
    public int size() {
        return nodes.length;
    }

    /** The i-th node in (-1, 1). */
    public double node(int i) {
        return nodes[i];
    }

    /** The weight of the i-th node; they sum to 2. */
    public double weight(int i) {
        return weights[i];
    }

    /** ∫ f over [a, b]; the error is that of one panel, so the caller chooses panels narrow against the scale of f. */
    public double integrate(double a, double b, DoubleUnaryOperator f) {
        double middle = (a + b) / 2;
        double half = (b - a) / 2;
        double sum = 0;
        for (int i = 0; i < nodes.length; i++) {
            sum += weights[i] * f.applyAsDouble(middle + half * nodes[i]);
        }
        return sum * half;
    }
}
