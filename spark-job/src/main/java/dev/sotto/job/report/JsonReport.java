package dev.sotto.job.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sotto.accountant.json.Json;
import dev.sotto.core.privacy.PrivacyPlan;
import dev.sotto.core.train.Phases;
import dev.sotto.job.config.PrivacyUnit;
import dev.sotto.job.predict.ByClass;
import dev.sotto.job.report.PrivacyReport.Chain;
import dev.sotto.job.report.PrivacyReport.Evaluation;
import dev.sotto.job.report.PrivacyReport.Guarantee;
import dev.sotto.job.report.PrivacyReport.LedgerState;
import dev.sotto.job.report.PrivacyReport.Limit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The report as JSON for programs: names are stable, what is no finite number is null. */
public final class JsonReport {
    private static final int FORMAT =
            4; // 3 had the cost of all runs at the budget's delta; 2 had no head of the ledger; 1 one measure of the
    // public table

    private JsonReport() {}

    /** The document, several lines, to be stored as UTF-8. */
    public static String render(PrivacyReport report) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("format", FORMAT);
        root.put("run_id", report.run().id());
        root.put("settings", report.run().settings());
        root.put("finished", report.run().finished().toString());
        root.put("seconds", report.run().took().toSeconds());
        guarantee(
                root, report.guarantee(), PlainWords.leftOut(report.mechanism().independence()));
        mechanism(root.putObject("mechanism"), report.mechanism());
        learning(root.putObject("model"), report.learning(), report.mechanism());
        Evaluation evaluation = report.evaluation();
        if (evaluation != null) {
            evaluation(root.putObject("evaluation"), evaluation);
        }
        LedgerState ledger = report.ledger();
        if (ledger != null) {
            ledger(root.putObject("ledger"), ledger);
        }
        Chain chain = report.chain();
        if (chain != null) {
            chain(root.putObject("chain"), chain);
        }
        PrivacyUnit unit = report.mechanism().unit();
        if (report.guarantee() instanceof Guarantee.Private) {
            sentences(root.putArray("promised"), PlainWords.promised(unit));
            sentences(root.putArray("taken_as_public"), PlainWords.declaredPublic());
            sentences(root.putArray("not_promised"), PlainWords.notPromised(report));
        }
        ObjectNode software = root.putObject("software");
        report.software().forEach(software::put);
        if (!report.files().isEmpty()) {
            ObjectNode files = root.putObject("files_sha256");
            report.files().forEach(files::put);
        }
        return written(root);
    }

    private static void guarantee(ObjectNode root, Guarantee guarantee, Optional<String> leftOut) {
        if (guarantee instanceof Guarantee.NotPrivate none) {
            root.put("private", false);
            root.put("not_private_because", none.why());
        } else if (guarantee instanceof Guarantee.Private kept) {
            root.put("private", true);
            number(root, "epsilon", kept.epsilon().upper());
            leftOut.ifPresent(what -> root.put("epsilon_is", what));
            root.put("accounting", kept.accounting());
            number(root, "epsilon_lower_bound", kept.epsilon().lower());
            number(root, "epsilon_rdp", kept.rdpEpsilon());
            number(root, "delta", kept.delta());
            root.put("adjacency", "add_or_remove_one");
            ObjectNode attacker = root.putObject("attacker");
            number(attacker, "right_guesses_at_most", kept.attacker().guess());
            ArrayNode tests = attacker.putArray("tests");
            kept.attacker().tests().forEach(test -> {
                ObjectNode rates = tests.addObject();
                number(rates, "false_positive_rate", test.falseAlarms());
                number(rates, "true_positive_rate_at_most", test.hits());
            });
            if (!kept.several().isEmpty()) {
                ArrayNode several = root.putArray("epsilon_of_several_units");
                kept.several()
                        .forEach(group ->
                                number(several.addObject().put("units", group.units()), "epsilon", group.epsilon()));
            }
            ArrayNode path = root.putArray("epsilon_by_step");
            kept.path()
                    .forEach(spent -> number(path.addObject().put("step", spent.step()), "epsilon", spent.epsilon()));
        }
    }

    private static void mechanism(ObjectNode node, PrivacyReport.Mechanism mechanism) {
        ObjectNode unit = node.putObject("privacy_unit");
        if (mechanism.unit() instanceof PrivacyUnit.Column column) {
            unit.put("kind", "column").put("column", column.name()).put("max_rows", column.maxRows());
        } else {
            unit.put("kind", "row");
        }
        PrivacyPlan plan = mechanism.first().plan();
        node.put("units", plan.units());
        node.put("steps_planned", mechanism.planned());
        node.put("steps_released", mechanism.released());
        number(node, "epsilon_asked", mechanism.asked());
        node.put("attempts", mechanism.attempts());
        node.put("steps_of_lost_attempts", mechanism.lost());
        number(node, "noise_multiplier", plan.noiseMultiplier());
        if (mechanism.phases().size() == 1) {
            phase(node, mechanism.first());
        } else {
            ArrayNode phases = node.putArray("phases");
            mechanism.phases().forEach(each -> {
                ObjectNode one = phases.addObject();
                one.put("trained", each.trained().words());
                one.put("trained_parameters", each.learning());
                one.put("steps_planned", each.plan().steps());
                phase(one, each);
                one.put("optimizer", each.optimizer());
            });
        }
        PrivacyReport.Usable usable = mechanism.usable();
        if (usable != null) {
            ObjectNode count = node.putObject("usable_units");
            count.put("found", usable.found());
            number(count, "noise", usable.noise());
        }
        node.put("row_independence", mechanism.independence().name().toLowerCase(Locale.ROOT));
        node.put(
                "plan",
                Phases.hash(mechanism.phases().stream()
                        .map(PrivacyReport.Phase::plan)
                        .toList()));
    }

    private static void phase(ObjectNode node, PrivacyReport.Phase phase) {
        PrivacyPlan plan = phase.plan();
        number(node, "sampling_probability", plan.samplingProbability());
        number(node, "batch_size", plan.expectedBatchSize());
        node.put("clipping", PlainWords.clippingName(phase.clipping()));
        number(node, "clipping_norm", plan.clipping().bound());
        if (!phase.groups().isJoint()) {
            ObjectNode bounds = node.putObject("clipping_groups");
            phase.groups()
                    .list()
                    .forEach(group ->
                            number(bounds, group.name(), group.clipping().bound()));
        }
    }

    private static void learning(ObjectNode node, PrivacyReport.Learning learning, PrivacyReport.Mechanism mechanism) {
        node.put("table", learning.table());
        node.put("seed_model", learning.seedModel());
        node.put("seed_hash", learning.seedHash());
        node.put("family", learning.family());
        node.put("trained", PlainWords.trained(mechanism));
        node.put("trained_parameters", learning.trainedParameters());
        node.put("parameters", learning.parameters());
        node.put("precision", learning.precision().name().toLowerCase(Locale.ROOT));
        node.put("optimizer", PlainWords.optimizer(mechanism));
        ArrayNode labels = node.putArray("labels");
        learning.labels().forEach(labels::add);
        node.put("max_length", learning.maxLength());
    }

    private static void evaluation(ObjectNode node, Evaluation evaluation) {
        node.put("table", evaluation.table());
        node.put("rows", evaluation.rows());
        node.put("head_was_new_before", evaluation.newHead());
        ObjectNode before = node.putObject("before");
        evaluation.before().forEach((measure, value) -> number(before, measure, value));
        ObjectNode after = node.putObject("after");
        evaluation.after().forEach((measure, value) -> number(after, measure, value));
        ByClass byClass = evaluation.byClass();
        if (byClass != null) {
            node.setAll(object(Json.write(byClass.json())));
        }
    }

    private static ObjectNode object(String json) {
        try {
            return (ObjectNode) new ObjectMapper().readTree(json);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static void ledger(ObjectNode node, LedgerState ledger) {
        node.put("uri", ledger.uri());
        node.put("entries", ledger.runs());
        node.put("lines", ledger.lines());
        node.put("head", ledger.head());
        number(node, "epsilon", ledger.epsilon());
        number(node, "delta", ledger.delta());
        Limit limit = ledger.limit();
        if (limit != null) {
            number(node, "budget_epsilon", limit.epsilon());
            number(node, "budget_delta", limit.delta());
            number(node, "budget_counted", limit.counted());
            number(node, "budget_left", limit.left());
        }
    }

    private static void chain(ObjectNode node, Chain chain) {
        sentences(node.putArray("seed_runs_counted"), chain.runs());
        sentences(node.putArray("seed_runs_declared_disjoint"), chain.apart());
        number(node, "epsilon_of_this_run", chain.own());
        number(node, "epsilon_asked", chain.asked());
        node.put("passes_epsilon_asked", chain.passesWhatWasAsked());
        node.put("steps_left_out", chain.stepsLeftOut());
    }

    private static void number(ObjectNode node, String name, @Nullable Double value) {
        node.put(name, value == null || !Double.isFinite(value) ? null : value);
    }

    private static void sentences(ArrayNode array, List<String> sentences) {
        sentences.forEach(array::add);
    }

    private static String written(ObjectNode root) {
        try {
            return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of texts and numbers could not be written as JSON", e);
        }
    }
}
