package dev.sotto.accountant.cli;

import dev.sotto.accountant.Accountant;
import dev.sotto.accountant.Adjacency;
import dev.sotto.accountant.BestAccountant;
import dev.sotto.accountant.Bounds;
import dev.sotto.accountant.Calibration;
import dev.sotto.accountant.DpEvent;
import dev.sotto.accountant.NoTheoremException;
import dev.sotto.accountant.json.EventJson;
import dev.sotto.accountant.json.Json;
import dev.sotto.accountant.json.JsonException;
import dev.sotto.accountant.pld.PldAccountant;
import dev.sotto.accountant.rdp.RdpAccountant;
import dev.sotto.accountant.report.GroupPrivacy;
import dev.sotto.accountant.report.TradeOff;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The commands that account for events. */
final class AccountantCommands {
    private static final List<Double> RATES = List.of(0.001, 0.01, 0.05, 0.1, 0.2, 0.5);

    /** The same for epsilon and calibrate, so that what was calibrated is accounted for at or under its target. */
    private static final double WIDTH = 0.001;
    /** Down to this ε the width is a share of it, and calibration comes within a thousandth of its target. */
    private static final double LEAST_EPSILON = 1e-4;

    /** How close bounds are promised to be, over ε or in nats; what is said not to have converged is further apart. */
    private static final double PROMISED = 0.005;

    private AccountantCommands() {}

    static String run(String command, Arguments a, InputStream in) throws IOException {
        return switch (command) {
            case "epsilon" -> epsilon(a, in);
            case "delta" -> delta(a, in);
            case "curve" -> curve(a, in);
            case "tradeoff" -> tradeoff(a, in);
            case "group" -> group(a, in);
            case "rdp" -> rdp(a, in);
            case "compose" -> Json.write(EventJson.write(events(a, in)));
            case "calibrate" -> calibrate(a);
            case "plan" -> PlanCommand.run(a);
            default -> throw new IllegalArgumentException(command);
        };
    }

    private static String epsilon(Arguments a, InputStream in) throws IOException {
        DpEvent event = events(a, in);
        double delta = a.number("delta");
        Bounds bounds = close(adjacency(a), a.number("width", WIDTH)).epsilon(event, delta);
        double rdp = new RdpAccountant(adjacency(a)).epsilon(event, delta).upper();
        return new Answer()
                .with("lower", bounds.lower())
                .with("upper", bounds.upper())
                .with("rdp", rdp)
                .with("delta", delta)
                .with("converged", converged(bounds, a))
                .with("adjacency", name(adjacency(a)))
                .print(a.has("json"));
    }

    private static boolean converged(Bounds bounds, Arguments a) {
        if (!a.has("width")) {
            return converged(bounds);
        }
        double width = a.number("width");
        return bounds.isWithin(width, width * LEAST_EPSILON);
    }

    private static boolean converged(Bounds epsilon) {
        return epsilon.isWithin(PROMISED, PROMISED);
    }

    private static String delta(Arguments a, InputStream in) throws IOException {
        DpEvent event = events(a, in);
        double epsilon = a.number("epsilon");
        Bounds pld = best(a).delta(event, epsilon);
        return new Answer()
                .with("lower", pld.lower())
                .with("upper", pld.upper())
                .with(
                        "rdp",
                        new RdpAccountant(adjacency(a)).delta(event, epsilon).upper())
                .with("epsilon", epsilon)
                .with("converged", pld.isWithin(PldAccountant.DELTA_WIDTH, PldAccountant.DELTA_ABSOLUTE))
                .with("adjacency", name(adjacency(a)))
                .print(a.has("json"));
    }

    private static String curve(Arguments a, InputStream in) throws IOException {
        DpEvent event = events(a, in);
        Accountant accountant = best(a).hasty(); // fifteen questions
        List<Object> points = new ArrayList<>();
        for (int exponent = -1; exponent >= -15; exponent--) {
            double delta = Double.parseDouble("1e" + exponent);
            Bounds epsilon = accountant.epsilon(event, delta);
            Map<String, Object> point = new LinkedHashMap<>();
            point.put("delta", delta);
            point.put("lower", epsilon.lower());
            point.put("upper", epsilon.upper());
            point.put("converged", converged(epsilon));
            points.add(point);
        }
        if (a.has("json")) {
            return new Answer().with("points", points).print(true);
        }
        StringBuilder out = new StringBuilder("delta      epsilon at least  at most");
        for (Object point : points) {
            Map<String, Object> p = Json.asObject(point, "point");
            out.append(String.format(
                    "%n%-10s %-17s %s%s",
                    p.get("delta"),
                    p.get("lower"),
                    p.get("upper"),
                    Boolean.TRUE.equals(p.get("converged")) ? "" : " (did not converge)"));
        }
        return out.toString();
    }

    /** For a test that tells whether the unit was there: how often it must miss, given how often it cries wolf. */
    private static String tradeoff(Arguments a, InputStream in) throws IOException {
        DpEvent event = events(a, in);
        Accountant accountant = best(a);
        List<Double> rates = a.has("false-positive") ? List.of(a.number("false-positive")) : RATES;
        List<Object> points = new ArrayList<>();
        StringBuilder out = new StringBuilder("false positives  false negatives at least");
        List<Double> leasts = TradeOff.falseNegativesAtLeast(accountant, event, rates);
        for (int i = 0; i < rates.size(); i++) {
            double rate = rates.get(i);
            double least = leasts.get(i);
            Map<String, Object> point = new LinkedHashMap<>();
            point.put("false_positive", rate);
            point.put("false_negative_at_least", least);
            points.add(point);
            out.append(String.format(Locale.ROOT, "%n%-16s %.4g", rate, least));
        }
        return printed(a, points, out);
    }

    private static String group(Arguments a, InputStream in) throws IOException {
        DpEvent event = events(a, in);
        double delta = a.number("delta");
        long units = a.whole("units");
        if (units < 1 || units > 1_000_000) {
            throw new UsageException("--units must be in 1..1000000, got " + units);
        }
        Accountant accountant = best(a);
        return new Answer()
                .with("upper", GroupPrivacy.epsilonUpper(accountant, event, delta, (int) units))
                .with("units", units)
                .with("upper_of_one_unit", accountant.epsilon(event, delta).upper())
                .with("delta", delta)
                .with("adjacency", name(adjacency(a)))
                .print(a.has("json"));
    }

    /** Points as JSON, or the table of them. */
    private static String printed(Arguments a, List<Object> points, StringBuilder table) {
        return a.has("json")
                ? new Answer()
                        .with("points", points)
                        .with("adjacency", name(adjacency(a)))
                        .print(true)
                : table.toString();
    }

    private static Accountant best(Arguments a) {
        return new BestAccountant(new PldAccountant(adjacency(a)), new RdpAccountant(adjacency(a)));
    }

    private static Accountant close(Adjacency adjacency, double width) {
        return new BestAccountant(
                new PldAccountant(adjacency, width, width * LEAST_EPSILON), new RdpAccountant(adjacency));
    }

    /** The divergence at each of the orders, which are separated by commas. */
    private static String rdp(Arguments a, InputStream in) throws IOException {
        DpEvent event = events(a, in);
        RdpAccountant accountant = new RdpAccountant(adjacency(a));
        List<Object> points = new ArrayList<>();
        StringBuilder out = new StringBuilder("order      divergence at most");
        for (double order : a.numbers("orders")) {
            if (!(order > 1 && order < Double.POSITIVE_INFINITY)) {
                throw new UsageException("--orders must be finite and > 1, got " + order);
            }
            Map<String, Object> point = new LinkedHashMap<>();
            point.put("order", order);
            point.put("rdp", accountant.divergence(event, order));
            points.add(point);
            out.append(String.format("%n%-10s %s", order, point.get("rdp")));
        }
        return printed(a, points, out);
    }

    private static String calibrate(Arguments a) {
        double target = a.number("epsilon");
        double delta = a.number("delta");
        Accountant accountant = close(Adjacency.ADD_OR_REMOVE_ONE, WIDTH);
        double sigma;
        double q;
        long steps;
        if (!a.has("noise-multiplier")) {
            q = a.number("sampling-probability");
            steps = a.whole("steps");
            sigma = Calibration.noiseMultiplier(accountant, target, delta, q, steps);
        } else if (!a.has("sampling-probability")) {
            sigma = a.number("noise-multiplier");
            steps = a.whole("steps");
            q = Calibration.samplingProbability(accountant, target, delta, sigma, steps);
        } else if (!a.has("steps")) {
            sigma = a.number("noise-multiplier");
            q = a.number("sampling-probability");
            steps = Calibration.steps(
                    accountant, target, delta, n -> Calibration.sampledGaussian(sigma, q, n), 100_000_000L);
        } else {
            throw new UsageException("leave out the one of --noise-multiplier, --sampling-probability and --steps that"
                    + " is to be found");
        }
        Bounds epsilon = accountant.hasty().epsilon(Calibration.sampledGaussian(sigma, q, steps), delta);
        return new Answer()
                .with("noise_multiplier", sigma)
                .with("sampling_probability", q)
                .with("steps", steps)
                .with("lower", epsilon.lower())
                .with("upper", epsilon.upper())
                .with("delta", delta)
                .with("converged", converged(epsilon))
                .print(a.has("json"));
    }

    private static DpEvent events(Arguments a, InputStream in) throws IOException {
        String source = a.required("events");
        byte[] bytes = source.equals("-") ? in.readAllBytes() : file(source);
        try {
            return EventJson.read(Json.read(new String(bytes, StandardCharsets.UTF_8)));
        } catch (JsonException none) {
            throw new UsageException(
                    "--events: " + none.getMessage() + ". Write events as docs/formats.md shows, such as"
                            + " [{\"type\": \"poisson_gaussian\", \"sigma\": 1, \"q\": 0.01, \"steps\": 1000}]");
        }
    }

    private static byte[] file(String name) {
        try {
            return Files.readAllBytes(Path.of(name));
        } catch (IOException unreadable) {
            throw new UsageException("--events: the file " + name + " cannot be read ("
                    + unreadable.getClass().getSimpleName()
                    + "). Give a file of JSON events, or - for standard input.");
        }
    }

    private static Adjacency adjacency(Arguments a) {
        String name = a.text("adjacency").orElse("add-or-remove-one");
        return switch (name) {
            case "add-or-remove-one" -> Adjacency.ADD_OR_REMOVE_ONE;
            case "replace-one" -> Adjacency.REPLACE_ONE;
            default ->
                throw new NoTheoremException("unknown adjacency \"" + name + "\""
                        + Arguments.nearest(name, List.of("add-or-remove-one", "replace-one")));
        };
    }

    private static String name(Adjacency adjacency) {
        return adjacency.name().toLowerCase(Locale.ROOT);
    }
}
