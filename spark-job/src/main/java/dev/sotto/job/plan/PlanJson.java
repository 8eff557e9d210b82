package dev.sotto.job.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sotto.accountant.ledger.Standing;
import dev.sotto.core.privacy.PrivacyPlan;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A plan for programs: names are stable (docs/formats.md), what is no finite number is null. */
public final class PlanJson {
    private static final int FORMAT = 1;

    private PlanJson() {}

    /** The document, several lines. */
    public static String render(RunPlan plan) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("format", FORMAT);
        model(root.putObject("model"), plan.model());
        promise(root.putObject("privacy"), plan);
        cell(root.putObject("asked"), plan.asked());
        root.putObject("bytes_a_step")
                .put("to_each_executor", plan.bytes().parameters())
                .put("from_each_slot_at_most", plan.bytes().sum())
                .put("slots", plan.bytes().slots());
        plan.estimate()
                .ifPresent(estimate -> estimate(
                        root.putObject("estimate"), estimate, plan.asked().plan()));
        plan.ledger().ifPresent(ledger -> ledger(root.putObject("ledger"), ledger));
        ArrayNode grid = root.putArray("grid");
        plan.grid().forEach(cell -> cell(grid.addObject(), cell));
        best(root.putArray("likely_best"), plan.best());
        ArrayNode remarks = root.putArray("remarks");
        plan.remarks().forEach(remarks::add);
        return written(root);
    }

    private static void model(ObjectNode node, RunPlan.Model model) {
        node.put("uri", model.uri())
                .put("family", model.family())
                .put("parameters", model.parameters())
                .put("trained", model.trained())
                .put("trained_parameters", model.d())
                .put("clipping_groups", model.groups())
                .put("precision", model.precision());
    }

    private static void promise(ObjectNode node, RunPlan plan) {
        RunPlan.Promise promise = plan.privacy();
        node.put("private", promise.isPrivate() && plan.asked().plan().isPrivate());
        node.put("table", promise.table()).put("units", promise.units()).put("privacy_unit", promise.unit());
        number(node, "epsilon_asked", promise.epsilon());
        number(node, "delta", promise.delta());
        number(node, "epsilon_with_seed", plan.epsilonWithSeed());
        number(node, "usable_count_noise", promise.countNoise());
    }

    private static void cell(ObjectNode node, Cell cell) {
        PrivacyPlan plan = cell.plan();
        number(node, "batch_size", cell.batchSize());
        number(node, "epochs", cell.epochs());
        number(node, "sampling_probability", plan.samplingProbability());
        node.put("steps", plan.steps());
        number(node, "noise_multiplier", plan.noiseMultiplier());
        number(node, "epsilon", cell.epsilon());
        number(node, "effective_noise_multiplier", cell.signal().effectiveNoise());
        number(node, "signal_to_noise_a_step", cell.signal().perStep());
        number(node, "signal_to_noise_of_all_steps", cell.signal().accumulated());
        number(node, "steps_without_noise", cell.signal().effectiveSteps(LikelyBest.ALIGNMENT));
        number(node, "seconds", cell.seconds());
        node.put("asked", cell.asked());
    }

    private static void estimate(ObjectNode node, RunPlan.Estimate estimate, PrivacyPlan asked) {
        StepCost cost = estimate.cost();
        node.put("row", estimate.row());
        node.put("cores", cost.cores()).put("cores_measured", cost.times().cores());
        number(node, "rows_a_unit", cost.rowsPerUnit());
        number(node, "seconds_a_step", cost.step(asked));
        number(node, "seconds_of_gradients", cost.gradients(asked));
        number(node, "seconds_of_driver", cost.driver(asked));
        number(node, "seconds_a_row", cost.times().row());
        number(node, "seconds_of_features_a_row", cost.times().features());
        number(node, "seconds_of_a_sum", cost.times().sum());
        number(node, "seconds_of_noise", cost.times().noise());
        number(node, "seconds_of_update", cost.times().update());
        estimate.memory().ifPresent(memory -> node.putObject("bytes")
                .put("weights", memory.weights())
                .put("rows_of_a_pass", memory.rows())
                .put("pass", memory.pass())
                .put("sum_of_a_task", memory.sum()));
    }

    private static void ledger(ObjectNode node, LedgerView ledger) {
        node.put("uri", ledger.uri());
        if (ledger instanceof LedgerView.Unread unread) {
            node.put("unread_because", unread.why());
        } else if (ledger instanceof LedgerView.Read read) {
            number(node, "epsilon_before", read.spent());
            number(node, "epsilon_after", read.spentAfter());
            node.put("fits", read.outlook().refusal().isEmpty());
            node.put("refused_because", read.outlook().refusal().orElse(null));
            read.outlook().before().ifPresent(before -> standing(node.putObject("budget_before"), before));
            read.outlook().after().ifPresent(after -> standing(node.putObject("budget_after"), after));
        }
    }

    private static void standing(ObjectNode node, Standing standing) {
        number(node, "epsilon", standing.budget().epsilon());
        number(node, "delta", standing.budget().delta());
        number(node, "counted", standing.counted());
        number(node, "left", standing.left());
    }

    private static void best(ArrayNode array, List<LikelyBest> best) {
        best.forEach(each -> {
            ObjectNode node = array.addObject();
            number(node, "alignment", each.alignment());
            number(node, "batch_size", each.cell().batchSize());
            number(node, "epochs", each.cell().epochs());
            number(node, "steps_without_noise", each.cell().signal().effectiveSteps(each.alignment()));
        });
    }

    private static void number(ObjectNode node, String name, @Nullable Double value) {
        node.put(name, value == null || !Double.isFinite(value) ? null : value);
    }

    private static String written(ObjectNode root) {
        try {
            return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of texts and numbers could not be written as JSON", e);
        }
    }
}
