package dev.sotto.job.report;

import dev.sotto.core.pass.ComputeMode;
import dev.sotto.core.privacy.PrivacyPlan;
import dev.sotto.core.train.RowIndependence;
import dev.sotto.job.config.PrivacyUnit;
import dev.sotto.job.predict.ByClass;
import dev.sotto.job.predict.Measured;
import dev.sotto.job.report.PrivacyReport.Chain;
import dev.sotto.job.report.PrivacyReport.Evaluation;
import dev.sotto.job.report.PrivacyReport.Guarantee;
import dev.sotto.job.report.PrivacyReport.Learning;
import dev.sotto.job.report.PrivacyReport.LedgerState;
import dev.sotto.job.report.PrivacyReport.Limit;
import dev.sotto.job.report.PrivacyReport.Mechanism;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/** The report as one self-contained page that a browser shows and a printer prints. */
public final class HtmlReport {
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'").withZone(ZoneOffset.UTC);

    private final PrivacyReport report;

    private HtmlReport(PrivacyReport report) {
        this.report = report;
    }

    /** The page's whole text, to be stored as UTF-8. */
    public static String render(PrivacyReport report) {
        return new HtmlReport(report).page();
    }

    private String page() {
        String id = Html.escape(report.run().id());
        return """
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="color-scheme" content="light dark">
                <title>%s · %s</title>
                <style>
                %s</style>
                </head>
                <body>
                <main>
                <header>
                <h1>Privacy report</h1>
                <p class="run">Run <b>%s</b>, finished %s</p>
                </header>
                %s</main>
                </body>
                </html>
                """
                .formatted(
                        report.guarantee() instanceof Guarantee.NotPrivate ? "NOT PRIVATE" : "Privacy report",
                        id,
                        style(),
                        id,
                        DAY.format(report.run().finished()),
                        sections());
    }

    private String sections() {
        StringBuilder html = new StringBuilder();
        if (report.guarantee() instanceof Guarantee.Private guarantee) {
            html.append(promise(guarantee));
            Chain chain = report.chain();
            if (chain != null && !PlainWords.chain(chain).isEmpty()) {
                html.append(Html.section("What this epsilon is of", list(PlainWords.chain(chain))));
            }
            html.append(Html.section("What that means", meaning(guarantee)));
            if (!guarantee.several().isEmpty()) {
                html.append(Html.section("For a person with several rows", several(guarantee)));
            }
            html.append(Html.section("How it was spent", EpsilonPlot.svg(guarantee.path())));
            html.append(Html.section("What is promised", list(PlainWords.promised(unit()))));
            html.append(Html.section("What is taken as public", list(PlainWords.declaredPublic())));
            html.append(Html.section("What is not promised", list(PlainWords.notPromised(report))));
        } else if (report.guarantee() instanceof Guarantee.NotPrivate none) {
            html.append(noPromise(none));
        }
        html.append(Html.section("The mechanism", Html.table(mechanism())));
        List<PrivacyReport.Phase> phases = report.mechanism().phases();
        for (int i = 0; i < phases.size() && phases.size() > 1; i++) {
            html.append(Html.section("Phase " + (i + 1) + " of " + phases.size(), Html.table(phase(phases.get(i)))));
        }
        html.append(Html.section("The model", Html.table(learning())));
        Evaluation evaluation = report.evaluation();
        if (evaluation != null) {
            html.append(Html.section("Measured on a public table", evaluation(evaluation)));
        }
        LedgerState ledger = report.ledger();
        if (ledger != null) {
            html.append(Html.section("All runs on this data set", Html.table(ledger(ledger))));
        }
        html.append(Html.section("Software", Html.table(report.software())));
        if (!report.files().isEmpty()) {
            html.append(Html.section("Files, by SHA-256", Html.table(report.files())));
        }
        return html.toString();
    }

    private PrivacyUnit unit() {
        return report.mechanism().unit();
    }

    private String promise(Guarantee.Private guarantee) {
        Optional<String> weak = PlainWords.weak(guarantee.epsilon().upper());
        return """
                <div class="%s">
                <p class="figure">ε = %s</p>
                %s%s<p>at δ = %s, for %s</p>
                </div>
                """
                .formatted(
                        weak.isPresent() ? "alarm" : "promise",
                        Figures.epsilon(guarantee.epsilon().upper()),
                        weak.map(what -> "<p><b>" + Html.escape(what) + "</b></p>\n")
                                .orElse(""),
                        PlainWords.leftOut(report.mechanism().independence())
                                .map(what -> "<p><b>" + Html.escape(what) + "</b></p>\n")
                                .orElse(""),
                        Figures.number(guarantee.delta()),
                        Html.escape(PlainWords.unit(unit())));
    }

    private static String noPromise(Guarantee.NotPrivate none) {
        return """
                <div class="alarm">
                <p class="figure">NOT PRIVATE</p>
                <p>%s</p>
                <p>Nothing is promised to anyone whose rows were used. Treat the model, its checkpoints and this folder
                as you treat the table itself.</p>
                </div>
                """
                .formatted(Html.escape(none.why()));
    }

    private static String meaning(Guarantee.Private guarantee) {
        String rows = guarantee.attacker().tests().stream()
                .map(test -> "<tr><td>%s</td><td>%s</td></tr>\n"
                        .formatted(Figures.number(test.falseAlarms() * 100) + " %", Figures.percentUp(test.hits())))
                .collect(Collectors.joining());
        return """
                <p>An attacker wants to know whether one given privacy unit was in the table. The attacker has seen
                everything that was released and knows every other row. Whatever the method:</p>
                <table class="odds">
                <tr><th>if it wrongly says “yes” this often,</th><th>it rightly says “yes” at most this often</th></tr>
                %s</table>
                <p>Without the model both columns would be equal. Where the unit is in one table of two, the attacker guesses which
                rightly at most %s of the time; a coin does 50 %%. These are upper bounds over all possible attacks on this
                mechanism, and closer than any that follow from ε and δ alone.</p>
                """
                .formatted(rows, Figures.percentUp(guarantee.attacker().guess()));
    }

    private static String several(Guarantee.Private guarantee) {
        Map<String, String> rows = new LinkedHashMap<>();
        for (PrivacyReport.Several several : guarantee.several()) {
            rows.put(
                    several.units() + " rows",
                    Double.isFinite(several.epsilon())
                            ? "ε = " + Figures.epsilon(several.epsilon())
                            : "no bound is known: take it as no protection");
        }
        return "<p>" + Html.escape(PlainWords.several(guarantee.delta())) + "</p>\n" + Html.table(rows);
    }

    private Map<String, String> mechanism() {
        Mechanism mechanism = report.mechanism();
        PrivacyPlan plan = mechanism.first().plan();
        Map<String, String> rows = new LinkedHashMap<>();
        rows.put("Privacy unit", PlainWords.unit(mechanism.unit()));
        rows.put("Units N", Figures.count(plan.units()) + " (declared, not counted)");
        PrivacyReport.Usable usable = mechanism.usable();
        if (usable != null) {
            rows.put(
                    "Usable units",
                    (usable.found() == null
                                    ? "counted by an earlier attempt"
                                    : "about " + Figures.count(usable.found()) + ", counted once")
                            + " with noise of standard deviation " + Figures.number(usable.noise())
                            + ", which ε includes");
        }
        if (mechanism.phases().size() == 1) {
            rows.putAll(sampling(mechanism.first()));
        } else {
            rows.put("Sampling", "Poisson, with a probability q of each unit in each step, by phases as below");
        }
        rows.put("Steps released", Figures.count(mechanism.released()));
        if (mechanism.attempts() > 1) {
            rows.put(
                    "Attempts",
                    mechanism.attempts() + ": drivers were lost, or asked to end; the "
                            + Figures.count(mechanism.lost()) + " sums that they may have drawn are counted");
        }
        rows.put("Noise multiplier σ", plan.isPrivate() ? Figures.exact(plan.noiseMultiplier()) : "0, no noise");
        rows.put(
                "A unit's gradient",
                mechanism.independence() == RowIndependence.EXACT
                        ? "depends on that unit alone, to the last bit"
                        : "depends on that unit alone, up to rounding");
        if (mechanism.phases().size() == 1) {
            rows.put("Clipping", PlainWords.clipping(mechanism.first()));
        }
        if (report.guarantee() instanceof Guarantee.Private guarantee) {
            rows.put("Neighbouring tables", "add or remove one unit");
            rows.put("δ", Figures.number(guarantee.delta()));
            rows.put("ε", epsilon(guarantee));
            Double asked = mechanism.asked();
            rows.put("ε asked for", asked == null ? "none: the noise was given" : Figures.number(asked));
            Double rdp = guarantee.rdpEpsilon();
            if (rdp != null) {
                rows.put("ε for comparison", Figures.epsilon(rdp) + " by Rényi accounting alone");
            }
        }
        return rows;
    }

    private static Map<String, String> sampling(PrivacyReport.Phase phase) {
        Map<String, String> rows = new LinkedHashMap<>();
        rows.put(
                "Sampling",
                "Poisson: each unit in each step with probability q = "
                        + Figures.exact(phase.plan().samplingProbability()));
        rows.put("Batch size", Figures.number(phase.plan().expectedBatchSize()) + " units on average");
        return rows;
    }

    private static Map<String, String> phase(PrivacyReport.Phase phase) {
        Map<String, String> rows = new LinkedHashMap<>();
        rows.put("Trained", phase.trained().words() + ": " + Figures.count(phase.learning()) + " parameters");
        rows.put("Steps planned", Figures.count(phase.plan().steps()));
        rows.putAll(sampling(phase));
        rows.put("Clipping", PlainWords.clipping(phase));
        rows.put("Optimizer", phase.optimizer());
        return rows;
    }

    private static String epsilon(Guarantee.Private guarantee) {
        double lower = guarantee.epsilon().lower();
        return Figures.epsilon(guarantee.epsilon().upper()) + " by " + guarantee.accounting()
                + (lower > 0 ? "; the exact value is at least " + Figures.atLeast(lower) : "");
    }

    private Map<String, String> learning() {
        Learning learning = report.learning();
        Map<String, String> rows = new LinkedHashMap<>();
        rows.put("Private table", learning.table());
        rows.put("Seed model", learning.seedModel() + " (" + learning.family() + ")");
        rows.put("Seed weights", learning.seedHash());
        rows.put(
                "Trained",
                PlainWords.trained(report.mechanism()) + ": " + Figures.count(learning.trainedParameters()) + " of "
                        + Figures.count(learning.parameters()) + " parameters");
        rows.put(
                "Precision",
                learning.precision() == ComputeMode.Precision.FLOAT32
                        ? "32 bits"
                        : "16 bits (bfloat16) for what is not trained; 32 for what is, and for gradients");
        if (report.mechanism().phases().size() == 1) {
            rows.put("Optimizer", report.mechanism().first().optimizer());
        }
        if (!learning.labels().isEmpty()) {
            rows.put("Labels", String.join(", ", learning.labels()));
        }
        Integer maxLength = learning.maxLength();
        if (maxLength != null) {
            rows.put("Longest row", Figures.count(maxLength) + " tokens");
        }
        rows.put("Took", report.run().took().toSeconds() + " s");
        return rows;
    }

    private static String evaluation(Evaluation evaluation) {
        Map<String, String> rows = new LinkedHashMap<>();
        rows.put("Table", evaluation.table() + ", " + Figures.count(evaluation.rows()) + " rows, declared public");
        if (evaluation.newHead()) {
            rows.put("Before", "the seed model with a head that has learned nothing yet");
        }
        evaluation.before().forEach((measure, before) -> {
            if (measure.equals(Measured.MAJORITY)) {
                rows.put("always the commonest class", Figures.measure(before));
            } else {
                rows.put(
                        measure,
                        Figures.measure(before) + " before, "
                                + Figures.measure(evaluation.after().get(measure)) + " after");
            }
        });
        ByClass byClass = evaluation.byClass();
        return Html.table(rows) + (byClass == null ? "" : byClass(byClass));
    }

    private static String byClass(ByClass byClass) {
        return byClass.classes().stream()
                .map(each -> "<tr><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>\n"
                        .formatted(
                                Html.escape(each.name()),
                                Figures.count(each.rows()),
                                Figures.count(each.answers()),
                                Figures.measure(each.precision()),
                                Figures.measure(each.recall()),
                                Figures.measure(each.f1())))
                .collect(Collectors.joining(
                        "",
                        """
                        <table class="odds">
                        <tr><th>class</th><th>rows</th><th>answers</th><th>precision</th><th>recall</th><th>f1</th></tr>
                        """,
                        "</table>\n"));
    }

    private static Map<String, String> ledger(LedgerState ledger) {
        Map<String, String> rows = new LinkedHashMap<>();
        rows.put("Ledger", ledger.uri());
        rows.put("Entries", Figures.count(ledger.runs()));
        rows.put(
                "What was run",
                "ε = " + Figures.epsilon(ledger.epsilon()) + " at δ = " + Figures.number(ledger.delta()));
        Limit limit = ledger.limit();
        rows.put(
                "Budget",
                limit == null
                        ? "no limit is set"
                        : "ε = " + Figures.number(limit.epsilon()) + " at δ = " + Figures.number(limit.delta()));
        if (limit != null) {
            rows.put("Counted against it", "ε = " + Figures.epsilon(limit.counted()) + ", however runs were chosen");
            rows.put("Left", "ε = " + Figures.atLeast(limit.left()));
        }
        rows.put("Lines", Figures.count(ledger.lines()));
        rows.put("Head", ledger.head());
        return rows;
    }

    private static String list(List<String> sentences) {
        return sentences.stream()
                .map(sentence -> "<li>" + Html.escape(sentence) + "</li>\n")
                .collect(Collectors.joining("", "<ul>\n", "</ul>"));
    }

    private static String style() {
        try (InputStream css = HtmlReport.class.getResourceAsStream("privacy-report.css")) {
            return new String(Objects.requireNonNull(css).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("the jar's own style sheet cannot be read: the jar is broken", e);
        }
    }
}
