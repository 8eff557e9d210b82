package dev.sotto.job.predict;

import dev.sotto.core.model.Task;
import dev.sotto.job.step.ModelRef;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;

/**
 * One model that answers: a backbone with the values of its trained parameters.
 */
final class Answers implements Serializable {

    private static final long serialVersionUID = 1L;

    private final String name;
    private final ModelRef model;
    private final List<String> labels;
    private final float[] trained;

    /**
     * A model.
     *
     * @param name what its columns begin with; empty for a model by itself
     * @param model the backbone
     * @param labels names of its outputs by index
     * @param trained values laid out by the model, [d]
     */
    Answers(String name, ModelRef model, List<String> labels, float[] trained) {
        this.name = name;
        this.model = model;
        this.labels = List.copyOf(labels);
        this.trained = trained;
    }

    String name() {
        return name;
    }

    ModelRef model() {
        return model;
    }

    List<String> labels() {
        return labels;
    }

    float[] trained() {
        return trained;
    }

    /** What it adds to a row: {@code prediction}, and for classes {@code probability_LABEL} of each. */
    List<StructField> columns() {
        String prefix = name.isEmpty() ? "" : name + "_";
        DataType answer = isOfClasses() ? DataTypes.StringType : DataTypes.DoubleType;
        List<StructField> columns = new ArrayList<>();
        columns.add(DataTypes.createStructField(prefix + "prediction", answer, true));
        if (isOfClasses()) {
            labels.forEach(label -> columns.add(
                    DataTypes.createStructField(prefix + "probability_" + label, DataTypes.DoubleType, true)));
        }
        return columns;
    }

    /** How many columns these are. */
    int width() {
        return isOfClasses() ? 1 + labels.size() : 1;
    }

    /**
     * Writes a row's answer into its columns; leaves them null where an output is not a finite number.
     *
     * @param outputs of all rows, [rows * labels]
     */
    void write(float[] outputs, int row, Object[] values, int at) {
        int first = row * labels.size();
        if (!isAnswer(outputs, first, labels.size())) {
            return;
        }
        if (!isOfClasses()) {
            values[at] = (double) outputs[first];
            return;
        }
        int best = best(outputs, first, labels.size());
        values[at] = labels.get(best);
        double sum = 0;
        for (int i = 0; i < labels.size(); i++) {
            sum += Math.exp((double) outputs[first + i] - outputs[first + best]);
        }
        for (int i = 0; i < labels.size(); i++) {
            values[at + 1 + i] = Math.exp((double) outputs[first + i] - outputs[first + best]) / sum;
        }
    }

    /** Whether the outputs of a row are finite numbers, and so say something. */
    static boolean isAnswer(float[] outputs, int first, int count) {
        for (int i = first; i < first + count; i++) {
            if (!Float.isFinite(outputs[i])) {
                return false;
            }
        }
        return true;
    }

    /** The index of the largest output; of equal ones the first. */
    static int best(float[] outputs, int first, int count) {
        int best = 0;
        for (int i = 1; i < count; i++) {
            best = outputs[first + i] > outputs[first + best] ? i : best;
        }
        return best;
    }

    boolean isOfClasses() {
        return model.spec().task() == Task.CLASSIFICATION;
    }
}
