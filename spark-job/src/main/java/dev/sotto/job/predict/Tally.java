package dev.sotto.job.predict;

import java.io.Serializable;
import java.util.Arrays;

/** Sums over rows of a public table, of which every measure is made. */
final class Tally implements Serializable {

    private static final long serialVersionUID = 1L;

    private final long rows;
    private final long leftOut;
    private final long[] confusion;
    private final Numbers numbers;

    /**
     * Sums.
     *
     * @param rows how many rows were answered for
     * @param leftOut rows that could not be: unreadable, or without a label that the model knows
     * @param confusion rows by class and answer, [labels * labels], row-major by class; empty for numbers
     * @param numbers sums of the numbers; all zero for classes
     */
    Tally(long rows, long leftOut, long[] confusion, Numbers numbers) {
        this.rows = rows;
        this.leftOut = leftOut;
        this.confusion = confusion;
        this.numbers = numbers;
    }

    long rows() {
        return rows;
    }

    long leftOut() {
        return leftOut;
    }

    /** Sums over answers y and targets t. */
    record Numbers(
            double answers,
            double targets,
            double squaredAnswers,
            double squaredTargets,
            double products,
            double squaredErrors)
            implements Serializable {
        static final Numbers NONE = new Numbers(0, 0, 0, 0, 0, 0);

        static Numbers of(double y, double t) {
            return new Numbers(y, t, y * y, t * t, y * t, (y - t) * (y - t));
        }

        Numbers plus(Numbers other) {
            return new Numbers(
                    answers + other.answers,
                    targets + other.targets,
                    squaredAnswers + other.squaredAnswers,
                    squaredTargets + other.squaredTargets,
                    products + other.products,
                    squaredErrors + other.squaredErrors);
        }
    }

    /** Of no rows. */
    static Tally none(int classes) {
        return new Tally(0, 0, new long[classes * classes], Numbers.NONE);
    }

    Tally plus(Tally other) {
        long[] sum = confusion.clone();
        Arrays.setAll(sum, i -> sum[i] + other.confusion[i]);
        return new Tally(rows + other.rows, leftOut + other.leftOut, sum, numbers.plus(other.numbers));
    }

    private int classes() {
        return (int) Math.round(Math.sqrt(confusion.length));
    }

    /** Share of rows answered rightly, in [0, 1]; NaN without rows. */
    double accuracy() {
        long right = 0;
        for (int c = 0; c < classes(); c++) {
            right += confusion[c * classes() + c];
        }
        return (double) right / rows;
    }

    /**
     * Mean over the classes of F1, the harmonic mean of precision and recall, in [0, 1]; classes that neither occur nor are answered
     * do not count. NaN without rows.
     */
    double macroF1() {
        double sum = 0;
        int counted = 0;
        for (int c = 0; c < classes(); c++) {
            long occurs = 0;
            long answered = 0;
            for (int other = 0; other < classes(); other++) {
                occurs += confusion[c * classes() + other];
                answered += confusion[other * classes() + c];
            }
            if (occurs + answered > 0) {
                sum += 2.0 * confusion[c * classes() + c] / (occurs + answered);
                counted++;
            }
        }
        return sum / counted;
    }

    /** Root of the mean squared error, in units of the target; NaN without rows. */
    double rootMeanSquaredError() {
        return Math.sqrt(numbers.squaredErrors / rows);
    }

    /** Pearson's correlation of answers and targets, in [-1, 1]; NaN where either is constant. */
    double pearson() {
        double covariance = numbers.products - numbers.answers * numbers.targets / rows;
        double ofAnswers = numbers.squaredAnswers - numbers.answers * numbers.answers / rows;
        double ofTargets = numbers.squaredTargets - numbers.targets * numbers.targets / rows;
        return ofAnswers > 0 && ofTargets > 0 ? covariance / Math.sqrt(ofAnswers * ofTargets) : Double.NaN;
    }
}
