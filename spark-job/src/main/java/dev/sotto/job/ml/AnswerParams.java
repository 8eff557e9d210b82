package dev.sotto.job.ml;

import org.apache.spark.ml.param.Param;

/**
 * The columns that a trained model adds.
 *
 * @param <T> whose params they are
 */
public interface AnswerParams<T> extends ReadingParams<T> {

    default Param<String> predictionCol() {
        return new Param<>(
                this,
                "predictionCol",
                "Column of the answers, of type double: the index of the label in labels, as Spark's evaluators and IndexToString"
                        + " take it; for regression the number. Null in a row that cannot be read. Default: prediction.");
    }

    default T setPredictionCol(String value) {
        return Options.set(this, predictionCol(), value);
    }

    default Param<String> probabilityCol() {
        return new Param<>(
                this,
                "probabilityCol",
                "Column of the probabilities of the labels, in their order: a vector. Not for regression. Default: probability.");
    }

    default T setProbabilityCol(String value) {
        return Options.set(this, probabilityCol(), value);
    }

    default Param<String> predictedLabelCol() {
        return new Param<>(
                this,
                "predictedLabelCol",
                "Column of the answers as labels, of type string. Not for regression. Default: predictedLabel.");
    }

    default T setPredictedLabelCol(String value) {
        return Options.set(this, predictedLabelCol(), value);
    }
}
