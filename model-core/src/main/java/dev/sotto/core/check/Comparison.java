package dev.sotto.core.check;

import dev.sotto.core.batch.Batch;
import dev.sotto.core.check.ModelReport.Difference;
import dev.sotto.core.folder.ModelException;
import dev.sotto.core.folder.Slot;
import dev.sotto.core.method.BiasLayout;
import dev.sotto.core.method.Trained;
import dev.sotto.core.model.RelativeDifference;
import dev.sotto.core.model.RowGradients;
import dev.sotto.core.model.Scale;
import dev.sotto.core.model.TrainableModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** A model next to a reference: the largest difference of each quantity that the reference holds. */
final class Comparison {
    /** What other implementations train: they know no key bias from another. */
    static final Trained ALL = Trained.BIASES_AND_HEAD.withKeyBiases();
    /** Which parameters the kinds of a reference file are about. */
    private static final Map<String, Trained> KINDS =
            new TreeMap<>(Map.of("bitfit", Trained.BIASES.withKeyBiases(), "bitfit_head", ALL, "head", Trained.HEAD));

    private static final String GRADIENT = "grad_sample/";

    private final TrainableModel model;
    private final ReferenceFile reference;
    private final BiasLayout layout;
    private final List<Difference> differences = new ArrayList<>();

    /**
     * @param model in which {@link #ALL} are trained
     * @param reference to compare with
     */
    Comparison(TrainableModel model, ReferenceFile reference) {
        this.model = model;
        this.reference = reference;
        this.layout = byTensor(model);
    }

    /** The layout with parameters that are parts of one tensor joined, as others know them: they lie side by side. */
    private static BiasLayout byTensor(TrainableModel model) {
        List<BiasLayout.Entry> entries = new ArrayList<>();
        int offset = 0;
        for (Slot slot : model.seed().trainedSlots()) {
            if (slot.whole() == null || slot.whole().begin() == 0) {
                var entry = new BiasLayout.Entry(slot.tensorName(), offset, slot.tensorShape());
                entries.add(entry);
                offset += entry.size();
            }
        }
        return new BiasLayout(entries);
    }

    List<Difference> differences() {
        for (int i = 0; reference.has("input." + i); i++) {
            compare("logits." + i, model.logits(reference.images("input." + i), model.initial()));
        }
        if (reference.has("logits")) {
            compare("logits", model.logits(reference.batch(), model.initial()));
        }
        if (reference.has("label")) {
            compareLossesAndGradients(reference.batch());
        }
        if (differences.isEmpty()) {
            throw new ModelException.Damaged(
                    "The reference holds neither logits nor labels, so nothing could be compared."
                            + " Lay it out as input/NAME, label, logits, loss_per_sample, grad_sample/PARAMETER.");
        }
        return differences;
    }

    private void compareLossesAndGradients(Batch batch) {
        if (reference.has("loss_per_sample")) {
            compare("loss_per_sample", model.losses(batch, model.initial()));
        }
        var gradients = new RowGradients(layout, model.gradients(batch, model.initial()), batch.rows());
        compareTensors(GRADIENT, gradients::of, parameter -> 0);
        KINDS.forEach((kind, trained) -> {
            if (reference.has(kind + "/norm")) {
                compareClipping(kind, gradients.only(parametersOf(trained)));
            }
        });
    }

    private void compareClipping(String kind, RowGradients gradients) {
        compare(kind + "/norm", gradients.norms());
        for (NamedClipping clipping : NamedClipping.in(reference.names(), kind)) {
            String name = kind + "/" + clipping.name();
            double[] factors = clipping.factors(gradients.norms());
            compare(name + "/factor", factors);
            compareTensors(
                    name + "/sum/",
                    parameter -> gradients.sumOf(parameter, factors),
                    parameter -> gradients.largestSumOfAbsolutes(parameter, factors));
        }
    }

    private List<String> parametersOf(Trained trained) {
        return model.seed().trainedSlots().stream()
                .filter(slot -> trained.trains(slot))
                .map(Slot::tensorName)
                .distinct()
                .toList();
    }

    private void compare(String quantity, float[] actual) {
        double[] wide = new double[actual.length];
        Arrays.setAll(wide, i -> actual[i]);
        compare(quantity, wide);
    }

    private void compare(String quantity, double[] actual) {
        double[] expected = reference.numbers(quantity);
        differences.add(new Difference(
                quantity, RelativeDifference.of(actual, expected, RelativeDifference.largest(expected)), ""));
    }

    /** Compares all tensors under a prefix, and keeps the worst. */
    private void compareTensors(
            String prefix, Function<String, double[]> valuesOf, ToDoubleFunction<String> summandsOf) {
        List<String> parameters = reference.names().stream()
                .filter(name -> name.startsWith(prefix))
                .map(name -> name.substring(prefix.length()))
                .filter(this::isTrainedOrUnknown)
                .toList();
        Map<String, double[]> expected = new LinkedHashMap<>();
        parameters.forEach(parameter -> expected.put(parameter, reference.numbers(prefix + parameter)));
        var scale = new Scale(expected.values().stream()
                .mapToDouble(RelativeDifference::largest)
                .max()
                .orElse(0));
        Difference worst = null;
        for (Map.Entry<String, double[]> each : expected.entrySet()) {
            String parameter = each.getKey();
            double relative = isTrained(parameter)
                    ? RelativeDifference.of(
                            valuesOf.apply(parameter),
                            each.getValue(),
                            scale.of(RelativeDifference.largest(each.getValue()), summandsOf.applyAsDouble(parameter)))
                    : Double.NaN; // the reference has a bias that the model does not know
            if (worst == null || !(relative <= worst.relative())) {
                worst = new Difference(prefix.substring(0, prefix.length() - 1), relative, parameter);
            }
        }
        if (worst != null) {
            differences.add(worst);
        }
    }

    private boolean isTrained(String parameter) {
        return layout.find(parameter).isPresent();
    }

    /** References of full training hold gradients of weights, too, which are frozen here. */
    private boolean isTrainedOrUnknown(String parameter) {
        return model.seed().frozenSlots().stream()
                .noneMatch(slot -> slot.tensorName().equals(parameter));
    }
}
