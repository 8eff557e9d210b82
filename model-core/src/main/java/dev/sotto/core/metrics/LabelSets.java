package dev.sotto.core.metrics;

import java.io.Serializable;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Rows that may have any number of labels, each answered yes or no by its score. All measures are shares in [0, 1], those of
 * scikit-learn 1.x with {@code zero_division=nan}.
 */
public final class LabelSets implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final int NO = 0;
    private static final int YES = 1;

    private final double threshold;
    private final Confusion[] answers; // [labels], each of no and yes
    private final Ranking[] scores; // [labels]
    private long rows;
    private long whollyRight;

    /**
     * Of no rows.
     *
     * @param labels how many there are
     * @param threshold the score from which on a label is answered with yes: 0.5 for probabilities, 0 for log odds
     */
    public LabelSets(int labels, double threshold) {
        this(
                threshold,
                Stream.generate(() -> new Confusion(2)).limit(labels).toArray(Confusion[]::new),
                Stream.generate(Ranking::new).limit(labels).toArray(Ranking[]::new));
    }

    private LabelSets(double threshold, Confusion[] answers, Ranking[] scores) {
        this.threshold = threshold;
        this.answers = answers;
        this.scores = scores;
    }

    /**
     * One row more.
     *
     * @param row [labels], which it has
     * @param scored [labels], none of them NaN
     */
    public void add(boolean[] row, double[] scored) {
        if (row.length != answers.length || scored.length != answers.length) {
            throw new IllegalArgumentException("A row has " + answers.length + " labels and scores, got " + row.length
                    + " and " + scored.length + ".");
        }
        boolean right = true;
        for (int label = 0; label < row.length; label++) {
            scores[label].add(scored[label], row[label]);
            boolean answer = scored[label] >= threshold;
            answers[label].add(row[label] ? YES : NO, answer ? YES : NO);
            right &= answer == row[label];
        }
        rows++;
        whollyRight += right ? 1 : 0;
    }

    /** The rows of both, which have the same labels and threshold. */
    public LabelSets plus(LabelSets other) {
        LabelSets sum = new LabelSets(
                threshold,
                labels().mapToObj(i -> answers[i].plus(other.answers[i])).toArray(Confusion[]::new),
                labels().mapToObj(i -> scores[i].plus(other.scores[i])).toArray(Ranking[]::new));
        sum.rows = rows + other.rows;
        sum.whollyRight = whollyRight + other.whollyRight;
        return sum;
    }

    private IntStream labels() {
        return IntStream.range(0, answers.length);
    }

    /** How many rows there are. */
    public long rows() {
        return rows;
    }

    /** Share of rows of which every label is answered rightly; NaN without rows. */
    public double exactMatch() {
        return (double) whollyRight / rows;
    }

    /** F1 over all labels of all rows together; NaN where none is there or answered with yes. */
    public double microF1() {
        Confusion all = Stream.of(answers).reduce(new Confusion(2), Confusion::plus);
        return all.f1(YES);
    }

    /** The mean over the labels of F1; labels that are never there nor answered do not count. NaN where none counts. */
    public double macroF1() {
        return mean(Stream.of(answers).mapToDouble(label -> label.f1(YES)));
    }

    /** The mean over the labels of the area under the ROC curve; labels of all or no rows do not count. NaN where none counts. */
    public double macroAuroc() {
        return mean(Stream.of(scores).mapToDouble(Ranking::auroc));
    }

    /** The mean over the labels of average precision; labels of no row do not count. NaN where none counts. */
    public double macroAveragePrecision() {
        return mean(Stream.of(scores).mapToDouble(Ranking::averagePrecision));
    }

    private static double mean(DoubleStream each) {
        return each.filter(Double::isFinite).average().orElse(Double.NaN);
    }
}
