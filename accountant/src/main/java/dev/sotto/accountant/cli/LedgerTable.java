package dev.sotto.accountant.cli;

import dev.sotto.accountant.Adjacency;
import dev.sotto.accountant.Bounds;
import dev.sotto.accountant.Mechanism;
import dev.sotto.accountant.json.EventJson;
import dev.sotto.accountant.ledger.Budget;
import dev.sotto.accountant.ledger.Ledger;
import dev.sotto.accountant.ledger.Run;
import dev.sotto.accountant.ledger.Standing;
import dev.sotto.accountant.ledger.Terms;
import dev.sotto.accountant.ledger.Unit;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What a ledger says, for a person or for a program. */
final class LedgerTable {
    private static final int LONGEST_NOTE = 80; // "released" and a hash

    private final String address;
    private final Ledger ledger;
    private final double delta;
    private final Bounds spent;
    private final Optional<Standing> standing;

    LedgerTable(String address, Ledger ledger, double delta) {
        this.address = address;
        this.ledger = ledger;
        this.delta = delta;
        this.spent = ledger.spent(delta);
        this.standing = ledger.budget().map(ledger::standing);
    }

    String json() {
        Answer answer = new Answer()
                .with("lines", ledger.lines())
                .with("head", ledger.head())
                .with("spent_lower", spent.lower())
                .with("spent_upper", spent.upper())
                .with("delta", delta);
        standing.ifPresent(s -> answer.with("budget_epsilon", s.budget().epsilon())
                .with("budget_delta", s.budget().delta())
                .with("budget_counted", s.counted())
                .with("budget_left", s.left())
                .with("budget_used", s.used())
                .with("first_run_alone", s.firstRunAlone()));
        List<Object> runs = new ArrayList<>();
        ledger.runs().forEach(run -> runs.add(object(run)));
        return answer.with("runs", runs).print(true);
    }

    private static Map<String, Object> object(Run run) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("run", run.id());
        object.put("state", state(run));
        object.put("event", EventJson.write(run.charged()));
        object.put("reserved", EventJson.write(run.reserved()));
        object.put("terms", run.terms().json());
        object.put("order", run.order());
        object.put("notes", run.notes());
        return object;
    }

    String text() {
        List<Run> runs = ledger.runs();
        StringBuilder out = new StringBuilder();
        out.append(line("ledger", address + ", " + ledger.lines() + " lines, head " + ledger.head()));
        if (!runs.isEmpty()) {
            Terms terms = runs.get(runs.size() - 1).terms();
            out.append(line("privacy unit", terms.unit().words() + "; neighbours: " + words(terms.adjacency())));
        }
        out.append(line(
                "what was run",
                "epsilon at most " + number(spent.upper(), RoundingMode.CEILING) + " at delta " + delta
                        + ", by privacy loss distributions"));
        out.append(line("budget", standing.map(LedgerTable::words).orElse("none is set")));
        return out.append(table(runs)).toString().stripTrailing();
    }

    private static String words(Standing standing) {
        Budget budget = standing.budget();
        String limit = "epsilon " + budget.epsilon() + " at delta " + budget.delta() + "; counted against it "
                + number(standing.counted(), RoundingMode.CEILING);
        return standing.firstRunAlone()
                ? limit + "; the first run has it for itself, no other is admitted"
                : limit + " by the filter (" + number(100 * standing.used(), RoundingMode.CEILING) + " % used), left "
                        + number(standing.left(), RoundingMode.FLOOR);
    }

    private static String table(List<Run> runs) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("RUN", "STATE", "CHARGED", "ROWS", "ROUNDING", "TABLE", "NOTES"));
        for (Run run : runs) {
            Terms terms = run.terms();
            rows.add(Stream.of(
                            run.id(),
                            state(run),
                            drawn(run),
                            terms.unit() instanceof Unit.Column column ? "<= " + column.maxRows() : "1",
                            terms.rowIndependence(),
                            terms.table(),
                            run.notes().stream().map(LedgerTable::shortened).collect(Collectors.joining("; ")))
                    .map(LedgerTable::shown)
                    .toList());
        }
        int[] widths = IntStream.range(0, rows.get(0).size())
                .map(i ->
                        rows.stream().mapToInt(row -> row.get(i).length()).max().orElse(0))
                .toArray();
        return rows.stream()
                .map(row -> IntStream.range(0, widths.length)
                        .mapToObj(i ->
                                row.get(i) + " ".repeat(widths[i] - row.get(i).length()))
                        .collect(Collectors.joining("  "))
                        .stripTrailing())
                .collect(Collectors.joining("\n", "\n", "\n"));
    }

    /** A note in a table; programs get all of it. */
    private static String shortened(String note) {
        return note.length() <= LONGEST_NOTE ? note : note.substring(0, LONGEST_NOTE) + "...";
    }

    /** Without control characters, which a terminal might obey. */
    private static String shown(String text) {
        return text.replaceAll("\\p{Cntrl}", "\ufffd");
    }

    private static String state(Run run) {
        return run.settled().isPresent() ? "settled" : "reserved";
    }

    /** What a run is charged, such as "400 x Gaussian 1.1 on samples of 0.085". */
    private static String drawn(Run run) {
        String all = Mechanism.of(run.charged(), Adjacency.ADD_OR_REMOVE_ONE).stream()
                .map(steps -> steps.count() + " x " + words(steps.mechanism()))
                .collect(Collectors.joining(" + "));
        return all.isEmpty() ? "nothing" : all;
    }

    private static String words(Mechanism mechanism) {
        if (mechanism instanceof Mechanism.SampledGaussian gaussian) {
            return "Gaussian " + gaussian.noiseMultiplier() + onSamples(gaussian.samplingProbability());
        }
        if (mechanism instanceof Mechanism.SampledLaplace laplace) {
            return "Laplace " + laplace.scale() + onSamples(laplace.samplingProbability());
        }
        if (mechanism instanceof Mechanism.Stated stated) {
            return "(" + stated.epsilon() + ", " + stated.delta() + ")";
        }
        return "NOT PRIVATE";
    }

    private static String onSamples(double q) {
        return q == 1 ? "" : " on samples of " + q;
    }

    private static String words(Adjacency adjacency) {
        return adjacency.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static String line(String name, String value) {
        return String.format(Locale.ROOT, "%-14s%s%n", name, value);
    }

    private static String number(double epsilon, RoundingMode rounding) {
        return Double.isFinite(epsilon)
                ? new BigDecimal(epsilon).round(new MathContext(4, rounding)).toPlainString()
                : "unbounded";
    }
}
