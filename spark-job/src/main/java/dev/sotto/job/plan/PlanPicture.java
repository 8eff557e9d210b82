package dev.sotto.job.plan;

import dev.sotto.job.config.Texts;
import dev.sotto.job.report.Figures;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The grid of a plan as an SVG picture that needs nothing else: the darker a setting, the more steps without noise it is worth. */
public final class PlanPicture {
    private static final int LEFT = 84;
    private static final int TOP = 100;
    private static final int BOTTOM = 62;
    private static final int RIGHT = 20;
    private static final int WIDTH = 132;
    private static final int HEIGHT = 102;
    private static final int GAP = 4;
    private static final int LINE = 16;
    private static final double DARK = 0.55; // share from which letters are white

    private final RunPlan plan;
    private final List<Double> batchSizes;
    private final List<Double> epochs;
    private final double most;
    private final Optional<Cell> best;
    private final StringBuilder svg = new StringBuilder();

    private PlanPicture(RunPlan plan) {
        this.plan = plan;
        this.batchSizes =
                plan.grid().stream().map(Cell::batchSize).distinct().sorted().toList();
        this.epochs = plan.grid().stream().map(Cell::epochs).distinct().sorted().toList();
        this.most = plan.grid().stream().mapToDouble(PlanPicture::worth).max().orElse(1);
        this.best = plan.best().stream().findFirst().map(LikelyBest::cell);
    }

    /** The picture. */
    public static String svg(RunPlan plan) {
        return new PlanPicture(plan).draw();
    }

    private String draw() {
        int width = Math.max(640, LEFT + RIGHT + batchSizes.size() * WIDTH);
        int height = TOP + BOTTOM + epochs.size() * HEIGHT;
        add(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" role=\"img\""
                        + " font-family=\"system-ui, sans-serif\" font-size=\"12\" fill=\"#1b2430\">%n",
                width, height, width, height);
        add(
                "<title>Settings of a private run compared</title><rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>%n");
        text(16, 26, "start\" font-size=\"16\" font-weight=\"600", headline());
        text(
                16,
                46,
                "start",
                "Darker: worth more steps without noise, where clipped gradients have a mean of 0.1 clipping norms. S/N: signal to noise of a step, at most.");
        text(16, 66, "start", "Solid frame: likely best. Dashed frame: what was asked for.");
        for (int column = 0; column < batchSizes.size(); column++) {
            text(
                    LEFT + column * WIDTH + WIDTH / 2,
                    TOP + epochs.size() * HEIGHT + 18,
                    "middle",
                    Texts.number(batchSizes.get(column)));
        }
        text(
                LEFT + batchSizes.size() * WIDTH / 2,
                TOP + epochs.size() * HEIGHT + 40,
                "middle\" font-weight=\"600",
                "batch size, units a step");
        text(16, TOP - 8, "start\" font-weight=\"600", "epochs");
        for (int row = 0; row < epochs.size(); row++) {
            text(LEFT - 12, TOP + row * HEIGHT + HEIGHT / 2, "end", Texts.number(epochs.get(row)));
        }
        plan.grid().forEach(this::cell);
        best.ifPresent(cell -> frame(cell, "stroke-width=\"4\""));
        plan.grid().stream()
                .filter(Cell::asked)
                .forEach(cell -> frame(cell, "stroke-width=\"2\" stroke-dasharray=\"6 4\""));
        return svg.append("</svg>").append(System.lineSeparator()).toString();
    }

    private String headline() {
        return Figures.count(plan.model().d()) + " trained numbers, "
                + Figures.count(plan.privacy().units()) + " units"
                + (plan.asked().plan().isPrivate()
                        ? ", "
                                + (plan.privacy().epsilon() == null
                                        ? "noise multiplier "
                                                + Texts.number(
                                                        plan.asked().plan().noiseMultiplier())
                                        : "epsilon "
                                                + Texts.number(plan.privacy().epsilon()))
                                + ", delta " + Texts.number(plan.privacy().delta())
                        : ", NOT PRIVATE");
    }

    private void cell(Cell cell) {
        double share = worth(cell) / most;
        add(
                "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"4\" fill=\"%s\"/>%n",
                x(cell) + GAP, y(cell) + GAP, WIDTH - 2 * GAP, HEIGHT - 2 * GAP, colour(share));
        String ink = share > DARK ? "middle\" fill=\"white" : "middle";
        int middle = x(cell) + WIDTH / 2;
        int line = y(cell) + GAP + LINE + 2;
        boolean isGiven = plan.privacy().epsilon() == null;
        text(
                middle,
                line,
                ink + "\" font-weight=\"600",
                isGiven
                        ? "epsilon " + Figures.epsilon(cell.epsilon())
                        : "sigma " + Texts.number(cell.plan().noiseMultiplier()));
        text(middle, line + LINE, ink, "S/N " + Sizes.ratio(cell.signal().perStep()));
        text(middle, line + 2 * LINE, ink, Figures.count(cell.plan().steps()) + " steps");
        text(middle, line + 3 * LINE, ink, "worth " + Sizes.ratio(worth(cell)));
        text(middle, line + 4 * LINE, ink, Sizes.seconds(cell.seconds()));
    }

    private void frame(Cell cell, String stroke) {
        add(
                "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"6\" fill=\"none\" stroke=\"#b3261e\" %s/>%n",
                x(cell) + GAP / 2, y(cell) + GAP / 2, WIDTH - GAP, HEIGHT - GAP, stroke);
    }

    private static double worth(Cell cell) {
        return cell.signal().effectiveSteps(LikelyBest.ALIGNMENT);
    }

    private int x(Cell cell) {
        return LEFT + batchSizes.indexOf(cell.batchSize()) * WIDTH;
    }

    private int y(Cell cell) {
        return TOP + epochs.indexOf(cell.epochs()) * HEIGHT;
    }

    /** From nearly white to a dark blue. */
    private static String colour(double share) {
        return String.format(
                Locale.ROOT,
                "#%02x%02x%02x",
                Math.round(236 + share * (16 - 236)),
                Math.round(242 + share * (74 - 242)),
                Math.round(250 + share * (122 - 250)));
    }

    private void text(int x, int y, String anchor, String words) {
        add("<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>%n", x, y, anchor, words);
    }

    private void add(String pattern, Object... values) {
        svg.append(String.format(Locale.ROOT, pattern, values));
    }
}
