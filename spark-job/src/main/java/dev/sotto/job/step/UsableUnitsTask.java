package dev.sotto.job.step;

import dev.sotto.core.privacy.ClippedSum;
import dev.sotto.core.privacy.PrivacyPlan;
import dev.sotto.job.data.EncodedPartition;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.function.FlatMapFunction;

/** The sum of a one for each unit of a partition that has a row to learn from. */
public final class UsableUnitsTask implements FlatMapFunction<Iterator<EncodedPartition>, ClippedSum> {

    private static final long serialVersionUID = 1L;
    private static final float[] ONE = {1};

    private final PrivacyPlan plan;

    /** @param plan of the one step that counts */
    public UsableUnitsTask(PrivacyPlan plan) {
        this.plan = plan;
    }

    @Override
    public Iterator<ClippedSum> call(Iterator<EncodedPartition> encoded) {
        var sum = new ClippedSum(plan, 1);
        encoded.forEachRemaining(partition -> IntStream.range(0, partition.units())
                .filter(unit -> isUsable(partition, unit))
                .forEach(unit -> sum.add(ONE, 0)));
        return List.of(sum).iterator();
    }

    private static boolean isUsable(EncodedPartition partition, int unit) {
        return IntStream.range(partition.firstRow(unit), partition.firstRow(unit + 1))
                .anyMatch(partition::usable);
    }
}
