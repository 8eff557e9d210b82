package dev.sotto.job.predict;

import java.util.LinkedHashMap;
import java.util.Map;

/** Of numbers: sums over answers y and targets t. */
final class NumberTally implements Tally {

    private static final long serialVersionUID = 1L;

    private long rows;
    private double answers;
    private double targets;
    private double squaredAnswers;
    private double squaredTargets;
    private double products;
    private double squaredErrors;

    @Override
    public void add(RowOutputs row) {
        double y = row.outputs()[0];
        double t = row.labels()[0];
        rows++;
        answers += y;
        targets += t;
        squaredAnswers += y * y;
        squaredTargets += t * t;
        products += y * t;
        squaredErrors += (y - t) * (y - t);
    }

    @Override
    public Tally plus(Tally other) {
        var more = (NumberTally) other;
        var sum = new NumberTally();
        sum.rows = rows + more.rows;
        sum.answers = answers + more.answers;
        sum.targets = targets + more.targets;
        sum.squaredAnswers = squaredAnswers + more.squaredAnswers;
        sum.squaredTargets = squaredTargets + more.squaredTargets;
        sum.products = products + more.products;
        sum.squaredErrors = squaredErrors + more.squaredErrors;
        return sum;
    }

    /** Root of the mean squared error in units of the target; Pearson's correlation, NaN where either is constant. */
    @Override
    public Map<String, Double> figures() {
        double covariance = products - answers * targets / rows;
        double ofAnswers = squaredAnswers - answers * answers / rows;
        double ofTargets = squaredTargets - targets * targets / rows;
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("rmse", Math.sqrt(squaredErrors / rows));
        figures.put(
                "pearson", ofAnswers > 0 && ofTargets > 0 ? covariance / Math.sqrt(ofAnswers * ofTargets) : Double.NaN);
        return figures;
    }
}
