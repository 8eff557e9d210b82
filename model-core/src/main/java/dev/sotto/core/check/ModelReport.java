package dev.sotto.core.check;

import dev.sotto.core.family.ModelSpec;
import dev.sotto.core.family.Task;
import dev.sotto.core.method.BiasLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a check of a model folder found.
 *
 * @param family as in {@code model_type}
 * @param spec the task and outputs of the folder's own head, and what would be trained
 * @param hasWeights whether the folder holds weights, or a configuration alone
 * @param parameters how many the model has, trained or frozen; statistics that it keeps are none
 * @param biases how many of them are bias terms
 * @param headBiases how many of these are the head's
 * @param idleKeyBiases how many of the bias terms are key biases that are not trained
 * @param oneByOne whether rows are computed one by one, since code that was written elsewhere looks at values
 * @param labels what its own head's outputs are called; empty if it has none or nobody named them
 * @param layout the parameters that would be trained
 * @param begun parameters that the folder lacks, or has for another head, each with the fixed public rule it begins by
 * @param unused tensors of the folder that the model does not use
 * @param differences from the reference, empty if none was given
 * @param tolerance largest difference that passes
 */
public record ModelReport(
        String family,
        ModelSpec spec,
        boolean hasWeights,
        long parameters,
        long biases,
        long headBiases,
        long idleKeyBiases,
        boolean oneByOne,
        List<String> labels,
        BiasLayout layout,
        List<String> begun,
        List<String> unused,
        List<Difference> differences,
        double tolerance) {

    /**
     * The largest difference between what the model and the reference give for one quantity.
     *
     * @param quantity as the reference file names it, without the parameters' names
     * @param relative to the reference's largest value; NaN where a value was not finite
     * @param where the parameter with the largest difference, or empty
     */
    public record Difference(String quantity, double relative, String where) {}

    public ModelReport {
        labels = List.copyOf(labels);
        begun = List.copyOf(begun);
        unused = List.copyOf(unused);
        differences = List.copyOf(differences);
    }

    /** Whether no difference is above the tolerance. */
    public boolean passed() {
        return differences.stream().allMatch(each -> each.relative() <= tolerance);
    }

    /** For people to read, line by line. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(line("family", "%s", family));
        String task = spec.task().words();
        lines.add(line("task", "%s", spec.task() == Task.CAUSAL_LM ? task : task + ", " + spec.outputs() + " outputs"));
        if (!labels.isEmpty()) {
            lines.add(line("labels", "%s", String.join(", ", labels)));
        }
        if (!hasWeights) {
            lines.add(line("weights", "none in the folder: what follows is what its configuration says"));
        }
        lines.add(line("parameters", "%,d", parameters));
        lines.add(line(
                "biases",
                "%,d of the backbone (%.3f %%), %,d of the head",
                biases - headBiases,
                100.0 * (biases - headBiases) / parameters,
                headBiases));
        lines.add(line(
                "trained",
                "%,d numbers in %d tensors (%s)",
                layout.size(),
                layout.entries().size(),
                spec.trained().words()));
        long d = layout.size();
        lines.add(line(
                "a step",
                "sends %,d bytes to each executor and at most %,d from each slot; a row's gradient takes %,d bytes in a pass",
                Float.BYTES * d,
                Long.BYTES * d,
                Float.BYTES * d));
        if (layout.size() == 0) {
            lines.add(line(
                    "not trained",
                    "anything: no parameter fits these rules; a model without biases can be given"
                            + " some with --add-biases"));
        }
        if (idleKeyBiases > 0) {
            lines.add(line(
                    "not trained",
                    "%,d key biases: they change nothing under softmax, their gradient is exactly zero",
                    idleKeyBiases));
        }
        if (oneByOne) {
            lines.add(line(
                    "rows", "one at a time: the code looks at values to decide what it computes, which is slower"));
        }
        lines.add(line("layout", "%s", layout.hash()));
        begun.forEach(name -> lines.add(line("begun anew", "%s", name)));
        unused.forEach(name -> lines.add(line("not used", "%s", name)));
        for (Difference difference : differences) {
            lines.add(String.format(
                    Locale.ROOT,
                    "%-4s %-38s %.2e %s",
                    difference.relative() <= tolerance ? "ok" : "BAD",
                    difference.quantity(),
                    difference.relative(),
                    difference.where()));
        }
        if (!differences.isEmpty()) {
            lines.add(String.format(
                    Locale.ROOT, "%s at tolerance %.0e", passed() ? "equal to the reference" : "NOT EQUAL", tolerance));
        }
        return lines;
    }

    private static String line(String what, String format, Object... values) {
        return String.format(Locale.ROOT, "%-12s", what) + String.format(Locale.ROOT, format, values);
    }
}
