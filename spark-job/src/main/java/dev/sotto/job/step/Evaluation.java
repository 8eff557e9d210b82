package dev.sotto.job.step;

import java.io.Serializable;

/**
 * Sums over the rows of a public table.
 *
 * @param rows how many rows were usable
 * @param correct rows whose largest output is their class (classification)
 * @param squaredError sum of (output - target)² (regression)
 * @param loss sum of the rows' losses, in nats a token (language modelling)
 */
public record Evaluation(long rows, long correct, double squaredError, double loss) implements Serializable {

    static final Evaluation NONE = new Evaluation(0, 0, 0, 0);

    /** Of scores [rows * classes]. */
    static Evaluation ofClasses(float[] outputs, float[] labels) {
        int classes = outputs.length / labels.length;
        long correct = 0;
        for (int row = 0; row < labels.length; row++) {
            int best = 0;
            for (int c = 1; c < classes; c++) {
                best = outputs[row * classes + c] > outputs[row * classes + best] ? c : best;
            }
            correct += best == (int) labels[row] ? 1 : 0;
        }
        return new Evaluation(labels.length, correct, 0, 0);
    }

    /** Of predicted numbers [rows]. */
    static Evaluation ofTargets(float[] outputs, float[] labels) {
        double squared = 0;
        for (int row = 0; row < labels.length; row++) {
            double difference = (double) outputs[row] - labels[row];
            squared += difference * difference;
        }
        return new Evaluation(labels.length, 0, squared, 0);
    }

    /** Of the losses of rows. */
    static Evaluation ofLosses(float[] losses) {
        double sum = 0;
        for (float loss : losses) {
            sum += loss;
        }
        return new Evaluation(losses.length, 0, 0, sum);
    }

    public Evaluation plus(Evaluation other) {
        return new Evaluation(
                rows + other.rows, correct + other.correct, squaredError + other.squaredError, loss + other.loss);
    }

    /** Share of rows classified rightly, in [0, 1]; NaN without rows. */
    public double accuracy() {
        return (double) correct / rows;
    }

    /** Root of the mean squared error, in units of the target; NaN without rows. */
    public double rootMeanSquaredError() {
        return Math.sqrt(squaredError / rows);
    }

    /** Mean loss of a row, in nats a token; NaN without rows. */
    public double meanLoss() {
        return loss / rows;
    }
}
