package dev.sotto.job.bench;

import dev.sotto.job.data.EncodedPartition;
import dev.sotto.job.data.EncodedPartitions;
import java.util.Iterator;
import org.apache.spark.api.java.function.Function2;

/** Makes a partition's rows, the same ones for the same index. */
final class MadeUpRows implements Function2<Integer, Iterator<Long>, Iterator<EncodedPartition>> {

    private final int units;

    /** @param units of each partition */
    MadeUpRows(int units) {
        this.units = units;
    }

    @Override
    public Iterator<EncodedPartition> call(Integer partition, Iterator<Long> none) {
        return EncodedPartitions.random(partition, 1, units).iterator();
    }
}
