package dev.sotto.accountant.report;

import dev.sotto.accountant.Accountant;
import dev.sotto.accountant.Calibration;
import dev.sotto.accountant.pld.PldAccountant;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;

/** ε against steps, σ and q about a plan: three small charts in one HTML page, without scripts or outside resources. */
public final class PlanPicture {
    private static final int WIDTH = 320;
    private static final int HEIGHT = 220;
    private static final int LEFT = 50;
    private static final int TOP = 30;
    private static final int POINTS = 17;

    private PlanPicture() {}

    /** The page. */
    public static String html(Plan plan) {
        Accountant pld = new PldAccountant();
        double sigma = plan.noiseMultiplier();
        double q = plan.samplingProbability();
        double steps = (double) plan.steps() * plan.retrainings();
        String charts = chart(
                        "steps",
                        steps,
                        steps / 4,
                        steps * 4,
                        x -> upper(pld, sigma, q, Math.max(1, Math.round(x)), plan.delta()),
                        plan.epsilon())
                + chart(
                        "noise multiplier",
                        sigma,
                        sigma / 2,
                        sigma * 2,
                        x -> upper(pld, x, q, Math.round(steps), plan.delta()),
                        plan.epsilon())
                + chart(
                        "sampling probability",
                        q,
                        q / 4,
                        Math.min(1, q * 4),
                        x -> upper(pld, sigma, x, Math.round(steps), plan.delta()),
                        plan.epsilon());
        return String.format(
                Locale.ROOT,
                "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Privacy plan</title></head><body"
                        + " style=\"font-family:sans-serif\"><h1>Privacy plan</h1><p>%d trainings of %d steps, sampling"
                        + " probability %.6g, noise multiplier %.6g: epsilon at most %.4g at delta %.3g. Dashed: the"
                        + " budget. Dot: the plan. The horizontal axes are logarithmic.</p>%s</body></html>%n",
                plan.retrainings(),
                plan.steps(),
                q,
                sigma,
                plan.epsilonOf(plan.retrainings()),
                plan.delta(),
                charts);
    }

    private static double upper(Accountant pld, double sigma, double q, long steps, double delta) {
        return pld.epsilon(Calibration.sampledGaussian(sigma, q, steps), delta).upper();
    }

    private static String chart(
            String name, double at, double low, double high, DoubleUnaryOperator epsilon, double budget) {
        double[] x = new double[POINTS];
        double[] y = new double[POINTS];
        double top = budget;
        for (int i = 0; i < POINTS; i++) {
            x[i] = low * Math.pow(high / low, i / (POINTS - 1.0));
            y[i] = epsilon.applyAsDouble(x[i]);
            top = Math.max(top, y[i]);
        }
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < POINTS; i++) {
            line.append(String.format(Locale.ROOT, "%.1f,%.1f ", column(x[i], low, high), row(y[i], top)));
        }
        return String.format(
                Locale.ROOT,
                "<svg width=\"%d\" height=\"%d\" role=\"img\"><title>epsilon against %s</title>"
                        + "<text x=\"%d\" y=\"16\" font-size=\"13\">epsilon against %s</text>"
                        + "<path d=\"M%d %d V%d H%d\" fill=\"none\" stroke=\"black\"/>"
                        + "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"crimson\" stroke-dasharray=\"4\"/>"
                        + "<polyline points=\"%s\" fill=\"none\" stroke=\"steelblue\" stroke-width=\"2\"/>"
                        + "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"steelblue\"/>"
                        + "<text x=\"2\" y=\"%d\" font-size=\"11\">%.3g</text><text x=\"2\" y=\"%d\" font-size=\"11\">0</text>"
                        + "<text x=\"2\" y=\"%.1f\" font-size=\"11\" fill=\"crimson\">%.3g</text>"
                        + "<text x=\"%d\" y=\"%d\" font-size=\"11\">%s</text>"
                        + "<text x=\"%.1f\" y=\"%d\" font-size=\"11\" text-anchor=\"middle\" fill=\"steelblue\">%s</text>"
                        + "<text x=\"%d\" y=\"%d\" font-size=\"11\" text-anchor=\"end\">%s</text></svg>%n",
                WIDTH,
                HEIGHT,
                name,
                LEFT,
                name,
                LEFT,
                TOP,
                HEIGHT - TOP,
                WIDTH - 10,
                LEFT,
                WIDTH - 10,
                row(budget, top),
                row(budget, top),
                line.toString().trim(),
                column(at, low, high),
                row(epsilon.applyAsDouble(at), top),
                TOP + 8,
                top,
                HEIGHT - TOP,
                row(budget, top) + 4,
                budget,
                LEFT,
                HEIGHT - 12,
                number(low),
                column(at, low, high),
                HEIGHT - 12,
                number(at),
                WIDTH - 10,
                HEIGHT - 12,
                number(high));
    }

    private static String number(double x) {
        return String.format(Locale.ROOT, x >= 1000 ? "%.0f" : "%.3g", x);
    }

    private static double column(double x, double low, double high) {
        return LEFT + (WIDTH - 10 - LEFT) * Math.log(x / low) / Math.log(high / low);
    }

    private static double row(double y, double top) {
        return HEIGHT - TOP - (HEIGHT - 2 * TOP) * y / top;
    }
}
