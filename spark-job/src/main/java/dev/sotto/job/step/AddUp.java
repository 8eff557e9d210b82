package dev.sotto.job.step;

import dev.sotto.core.privacy.ClippedSum;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;

/** The sum of a task's partitions. Each is added when it has been computed, so that two are there at a time, however many come. */
final class AddUp implements FlatMapFunction<Iterator<ClippedSum>, ClippedSum> {

    private static final long serialVersionUID = 1L;

    @Override
    public Iterator<ClippedSum> call(Iterator<ClippedSum> sums) {
        if (!sums.hasNext()) {
            return Collections.emptyIterator();
        }
        ClippedSum total = sums.next();
        sums.forEachRemaining(total::add);
        return List.of(total).iterator();
    }
}
