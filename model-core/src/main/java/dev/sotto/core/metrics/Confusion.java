package dev.sotto.core.metrics;

import java.io.Serializable;
import java.util.Arrays;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;

/**
 * How often each class was answered with each class. All measures are shares in [0, 1] unless they say otherwise, and are those of
 * scikit-learn 1.x on the same rows.
 */
public final class Confusion implements Serializable {

    private static final long serialVersionUID = 1L;

    private final int classes;
    private final long[] counts; // [classes * classes], row-major by class

    /**
     * Of no rows.
     *
     * @param classes how many there are, &gt;= 1
     */
    public Confusion(int classes) {
        this(classes, new long[classes * classes]);
    }

    private Confusion(int classes, long[] counts) {
        this.classes = classes;
        this.counts = counts;
    }

    /**
     * One row more.
     *
     * @param label the right class, in [0, classes)
     * @param answer the class that was answered, in [0, classes)
     */
    public void add(int label, int answer) {
        counts[index(label, answer)]++;
    }

    /** The rows of both. */
    public Confusion plus(Confusion other) {
        long[] sum = counts.clone();
        Arrays.setAll(sum, i -> sum[i] + other.counts[i]);
        return new Confusion(classes, sum);
    }

    /** Rows of a class that were answered with a class. */
    public long count(int label, int answer) {
        return counts[index(label, answer)];
    }

    private int index(int label, int answer) {
        if (label < 0 || label >= classes || answer < 0 || answer >= classes) {
            throw new IllegalArgumentException(
                    "Classes are 0 to " + (classes - 1) + ", got class " + label + " and answer " + answer + ".");
        }
        return label * classes + answer;
    }

    /** How many rows there are. */
    public long rows() {
        return Arrays.stream(counts).sum();
    }

    private long right() {
        return IntStream.range(0, classes).mapToLong(c -> count(c, c)).sum();
    }

    /** Rows of a class. */
    public long occurs(int c) {
        return IntStream.range(0, classes).mapToLong(other -> count(c, other)).sum();
    }

    /** Rows that are answered with a class. */
    public long answered(int c) {
        return IntStream.range(0, classes).mapToLong(other -> count(other, c)).sum();
    }

    /** Share of rows answered rightly; NaN without rows. Where each row has one class, this is micro F1, too. */
    public double accuracy() {
        return (double) right() / rows();
    }

    /** The accuracy of always answering the class that occurs most; NaN without rows. */
    public double majority() {
        return (double) IntStream.range(0, classes)
                        .mapToLong(this::occurs)
                        .max()
                        .orElse(0)
                / rows();
    }

    /** Share of the answers with a class that are right; NaN where it is never answered. */
    public double precision(int c) {
        return (double) count(c, c) / answered(c);
    }

    /** Share of the rows of a class that are answered with it; NaN where it does not occur. */
    public double recall(int c) {
        return (double) count(c, c) / occurs(c);
    }

    /**
     * The harmonic mean of precision and recall of one class, 2 TP / (2 TP + FP + FN): of two classes, F1 of the positive one. NaN
     * where it neither occurs nor is answered.
     */
    public double f1(int c) {
        return 2.0 * count(c, c) / (occurs(c) + answered(c));
    }

    /** The mean of F1 over the classes that occur or are answered; NaN without rows. */
    public double macroF1() {
        return IntStream.range(0, classes)
                .mapToDouble(this::f1)
                .filter(Double::isFinite)
                .average()
                .orElse(Double.NaN);
    }

    /**
     * Matthews' correlation coefficient of classes and answers, in [-1, 1]; for more than two classes R_K: Gorodkin, "Comparing two
     * K-category assignments by a K-category correlation coefficient", Computational Biology and Chemistry 28, 2004. 0 where either
     * is constant, NaN without rows.
     */
    public double matthews() {
        double rows = rows();
        double agreedByChance = 0; // all four are shares of rows, so that no product overflows
        double squaredOccurs = 0;
        double squaredAnswered = 0;
        for (int c = 0; c < classes; c++) {
            double occurs = occurs(c) / rows;
            double answered = answered(c) / rows;
            agreedByChance += occurs * answered;
            squaredOccurs += occurs * occurs;
            squaredAnswered += answered * answered;
        }
        if (isConstant(this::occurs) || isConstant(this::answered)) {
            return 0;
        }
        return (accuracy() - agreedByChance) / Math.sqrt((1 - squaredOccurs) * (1 - squaredAnswered));
    }

    private boolean isConstant(IntToLongFunction countOf) {
        long rows = rows();
        return rows > 0 && IntStream.range(0, classes).anyMatch(c -> countOf.applyAsLong(c) == rows);
    }
}
