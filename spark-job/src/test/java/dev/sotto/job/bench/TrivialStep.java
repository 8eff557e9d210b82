package dev.sotto.job.bench;

import dev.sotto.core.privacy.ClippedSum;
import dev.sotto.core.privacy.PrivacyPlan;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;

/** A step's task without a model: it reads the parameters, takes them for the gradient of one unit, and sums that. */
final class TrivialStep implements FlatMapFunction<Iterator<Integer>, ClippedSum> {

    private final PrivacyPlan plan;
    private final Broadcast<float[]> parameters;

    TrivialStep(PrivacyPlan plan, Broadcast<float[]> parameters) {
        this.plan = plan;
        this.parameters = parameters;
    }

    @Override
    public Iterator<ClippedSum> call(Iterator<Integer> units) {
        float[] gradient = parameters.value();
        var sum = new ClippedSum(plan, gradient.length);
        sum.add(gradient, 0);
        return List.of(sum).iterator();
    }
}
