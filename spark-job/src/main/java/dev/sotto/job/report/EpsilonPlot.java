package dev.sotto.job.report;

import dev.sotto.job.report.PrivacyReport.Spent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Epsilon by step, as an SVG picture whose colours the page's style sheet gives. */
final class EpsilonPlot {
    private static final double WIDTH = 720;
    private static final double HEIGHT = 280;
    private static final double LEFT = 56;
    private static final double RIGHT = 24;
    private static final double TOP = 20;
    private static final double BOTTOM = 44;

    private final List<Spent> points;
    private final double lastStep;
    private final double highest;

    private EpsilonPlot(List<Spent> points) {
        this.points = points;
        this.lastStep = Math.max(1, (double) points.get(points.size() - 1).step());
        this.highest =
                Math.max(1e-9, points.stream().mapToDouble(Spent::epsilon).max().orElse(1));
    }

    /** The picture; points that are no finite numbers are left out, and without any the answer is empty. */
    static String svg(List<Spent> path) {
        List<Spent> points =
                path.stream().filter(point -> Double.isFinite(point.epsilon())).toList();
        return points.isEmpty() ? "" : new EpsilonPlot(points).draw();
    }

    private String draw() {
        StringBuilder svg = new StringBuilder();
        svg.append(format(
                "<svg class=\"plot\" viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"Epsilon by step: %s after step %s\">%n",
                WIDTH, HEIGHT, Figures.epsilon(end().epsilon()), Figures.count(end().step())));
        for (double tick : ticks(highest)) {
            svg.append(format(
                    "<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>",
                    LEFT, WIDTH - RIGHT, y(tick), y(tick)));
            svg.append(text(LEFT - 8, y(tick) + 4, "end", Figures.number(tick)));
        }
        for (double tick : ticks(lastStep)) {
            svg.append(text(x(tick), HEIGHT - BOTTOM + 20, "middle", Figures.count(Math.round(tick))));
        }
        svg.append(text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 6, "middle", "step"));
        svg.append(text(14, TOP - 6, "start", "epsilon"));
        String line = points.stream()
                .map(point -> format("%.1f,%.1f", x((double) point.step()), y(point.epsilon())))
                .collect(Collectors.joining(" "));
        svg.append(format(
                "<polygon class=\"area\" points=\"%.1f,%.1f %s %.1f,%.1f\"/>",
                x((double) points.get(0).step()), y(0), line, x(lastStep), y(0)));
        svg.append(format("<polyline class=\"line\" points=\"%s\"/>", line));
        svg.append(format("<circle class=\"dot\" cx=\"%.1f\" cy=\"%.1f\" r=\"4\"/>", x(lastStep), y(end().epsilon())));
        return svg.append("</svg>").toString();
    }

    private Spent end() {
        return points.get(points.size() - 1);
    }

    private double x(double step) {
        return LEFT + (WIDTH - LEFT - RIGHT) * step / lastStep;
    }

    private double y(double epsilon) {
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * epsilon / (1.08 * highest);
    }

    /** Four to eight round numbers from 0 up to at most {@code most}. */
    static List<Double> ticks(double most) {
        double unit = Math.pow(10, Math.floor(Math.log10(most)));
        double step = most / unit >= 4 ? unit : most / unit >= 2 ? unit / 2 : unit / 4;
        List<Double> ticks = new ArrayList<>();
        for (int i = 0; i * step <= most * (1 + 1e-12); i++) {
            ticks.add(i * step);
        }
        return ticks.size() > 8
                ? ticks.stream()
                        .filter(tick -> Math.rint(tick / step / 2) * 2 * step == tick)
                        .toList()
                : ticks;
    }

    private static String text(double x, double y, String anchor, String words) {
        return format("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n", x, y, anchor, words);
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
