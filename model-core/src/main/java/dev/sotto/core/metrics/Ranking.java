package dev.sotto.core.metrics;

import java.io.Serializable;
import java.util.Arrays;

/**
 * Rows of two kinds, positive and negative, by the scores that a model gave them. Every score is kept, 8 bytes each, so that the
 * measures are exact; equal scores count as equal.
 */
public final class Ranking implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final int FIRST_CAPACITY = 16;

    private double[] positives = new double[0];
    private double[] negatives = new double[0];
    private int positiveCount;
    private int negativeCount;

    /**
     * One row more.
     *
     * @param score the larger, the surer of positive; any monotone scale; not NaN
     */
    public void add(double score, boolean positive) {
        if (Double.isNaN(score)) {
            throw new IllegalArgumentException(
                    "A row's score is NaN, which has no place in an order. Leave the row out.");
        }
        double ordered = score + 0.0; // -0.0 and 0.0 are one score
        if (positive) {
            positives = withRoom(positives, positiveCount);
            positives[positiveCount++] = ordered;
        } else {
            negatives = withRoom(negatives, negativeCount);
            negatives[negativeCount++] = ordered;
        }
    }

    private static double[] withRoom(double[] scores, int count) {
        return count < scores.length ? scores : Arrays.copyOf(scores, Math.max(FIRST_CAPACITY, 2 * count));
    }

    /** The rows of both. */
    public Ranking plus(Ranking other) {
        Ranking sum = new Ranking();
        sum.positives = joined(positives(), other.positives());
        sum.negatives = joined(negatives(), other.negatives());
        sum.positiveCount = sum.positives.length;
        sum.negativeCount = sum.negatives.length;
        return sum;
    }

    private static double[] joined(double[] first, double[] second) {
        double[] joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }

    private double[] positives() {
        return Arrays.copyOf(positives, positiveCount);
    }

    private double[] negatives() {
        return Arrays.copyOf(negatives, negativeCount);
    }

    /** How many rows there are. */
    public long rows() {
        return (long) positiveCount + negativeCount;
    }

    /**
     * Area under the ROC curve: the chance that a positive row scores above a negative one, equal scores counting half (Hanley and
     * McNeil, Radiology 143, 1982). In [0, 1]; NaN unless there are rows of both kinds.
     */
    public double auroc() {
        double[] above = sorted(positives());
        double[] below = sorted(negatives());
        double wins = 0;
        int less = 0;
        int notMore = 0;
        for (double score : above) {
            while (less < below.length && below[less] < score) {
                less++;
            }
            while (notMore < below.length && below[notMore] <= score) {
                notMore++;
            }
            wins += (less + notMore) / 2.0;
        }
        return wins / above.length / below.length;
    }

    /**
     * Average precision, the area under the steps of the precision-recall curve: the sum over the distinct scores, from the highest,
     * of precision times the recall gained there. In [0, 1]; NaN unless there is a positive row.
     */
    public double averagePrecision() {
        double[] right = sorted(positives());
        double[] wrong = sorted(negatives());
        int p = right.length;
        int n = wrong.length;
        double sum = 0;
        while (p > 0) {
            double score = right[p - 1];
            int before = p;
            while (p > 0 && right[p - 1] == score) {
                p--;
            }
            while (n > 0 && wrong[n - 1] >= score) {
                n--;
            }
            int found = right.length - p;
            sum += (double) (before - p) * found / (found + wrong.length - n);
        }
        return sum / right.length;
    }

    private static double[] sorted(double[] scores) {
        Arrays.sort(scores);
        return scores;
    }
}
