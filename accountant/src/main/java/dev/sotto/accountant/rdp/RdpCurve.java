package dev.sotto.accountant.rdp;

import dev.sotto.accountant.Mechanism;
import dev.sotto.accountant.Mechanism.SampledGaussian;
import dev.sotto.accountant.Mechanism.SampledLaplace;
import dev.sotto.accountant.Mechanism.Stated;
import dev.sotto.accountant.Mechanism.Steps;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * Rényi divergence of a composition as a function of the order, and the probability that it does not cover.
 *
 * @param divergence order α &gt; 1 to nats, rounded up; adds up over steps (Mironov 2017)
 * @param failure probability with which a stated guarantee gives nothing at all: 1 - Π(1 - δ_i), rounded up
 */
record RdpCurve(DoubleUnaryOperator divergence, double failure) {

    static RdpCurve of(List<Steps> steps) {
        double logSuccess = 0;
        for (Steps s : steps) {
            if (s.mechanism() instanceof Stated stated && stated.delta() > 0) {
                logSuccess += s.count() * Math.log1p(-stated.delta());
            } else if (s.mechanism() instanceof Mechanism.Unprotected) {
                logSuccess = Double.NEGATIVE_INFINITY;
            }
        }
        double failure = Math.min(1, -Math.expm1(logSuccess) * (1 + 1e-12));
        List<DoubleUnaryOperator> parts = steps.stream().map(RdpCurve::curve).toList();
        return new RdpCurve(
                order -> parts.stream().mapToDouble(p -> p.applyAsDouble(order)).sum() * (1 + 1e-15 * parts.size()),
                failure);
    }

    private static DoubleUnaryOperator curve(Steps steps) {
        DoubleUnaryOperator one = curve(steps.mechanism());
        return order -> steps.count() * one.applyAsDouble(order);
    }

    private static DoubleUnaryOperator curve(Mechanism mechanism) {
        if (mechanism instanceof SampledGaussian gaussian) {
            return gaussian.samplingProbability() == 1
                    ? order -> RdpMath.gaussian(order, gaussian.noiseMultiplier())
                    : new SampledGaussianRdp(gaussian.samplingProbability(), gaussian.noiseMultiplier())::epsilon;
        }
        if (mechanism instanceof SampledLaplace laplace) {
            return new SampledLaplaceRdp(laplace.samplingProbability(), laplace.scale())::epsilon;
        }
        if (mechanism instanceof Stated stated) {
            return order -> randomizedResponse(order, stated.epsilon());
        }
        return order -> Double.POSITIVE_INFINITY;
    }

    /**
     * The divergence of randomized response, which dominates every mechanism with pure ε: Kairouz, Oh, Viswanath, "The
     * Composition Theorem for Differential Privacy", IEEE Trans. IT 2017 (arXiv:1311.0776). Rounded up.
     */
    private static double randomizedResponse(double order, double epsilon) {
        double up = -(epsilon + Math.log1p(Math.exp(-epsilon))) + RenyiKernel.logForward(order, epsilon);
        double down = -Math.log1p(Math.exp(-epsilon)) + RenyiKernel.logForward(order, -epsilon);
        return RdpMath.divergence(order, RenyiKernel.logAdd(up, down) + 1e-13 + 8 * Math.ulp(order * epsilon));
    }
}
