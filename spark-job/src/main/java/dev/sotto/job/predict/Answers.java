package dev.sotto.job.predict;

import dev.sotto.job.config.DataSettings;
import dev.sotto.job.step.ModelRef;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.types.StructField;

/** One model that answers: a backbone with the values of its trained parameters. */
public final class Answers implements Serializable {

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
    public Answers(String name, ModelRef model, List<String> labels, float[] trained) {
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

    /** How its answers stand in a table. */
    Form form() {
        return switch (model.spec().task()) {
            case CLASSIFICATION, MASKED_PROMPT -> new Form.OfClass(labels);
            case MULTI_LABEL -> new Form.OfLabels(labels);
            case TOKEN_CLASSIFICATION -> new Form.OfWords(labels);
            case REGRESSION -> new Form.OfNumber();
            case CAUSAL_LM -> throw new IllegalStateException("A language model writes; it has no answer to a row.");
        };
    }

    /** What a column must hold for its answers to be compared with it. */
    DataSettings.Target target(String column) {
        return switch (model.spec().task()) {
            case CLASSIFICATION, MASKED_PROMPT -> new DataSettings.Target.Classes(column, labels);
            case MULTI_LABEL -> new DataSettings.Target.LabelSet(column, labels);
            case TOKEN_CLASSIFICATION -> new DataSettings.Target.WordClasses(column, labels);
            case REGRESSION -> new DataSettings.Target.Quantity(column);
            case CAUSAL_LM -> new DataSettings.Target.Completion(column);
        };
    }

    /** What it adds to a row. */
    List<StructField> columns() {
        return form().columns(name.isEmpty() ? "" : name + "_");
    }
}
