package dev.sotto.job.step;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.Partition;
import org.apache.spark.rdd.PartitionCoalescer;
import org.apache.spark.rdd.PartitionGroup;
import org.apache.spark.rdd.RDD;
import scala.Option;

/** Hands Spark groups that have been made before. */
final class SlotCoalescer implements PartitionCoalescer, Serializable {

    private static final long serialVersionUID = 1L;

    private final transient List<SlotGroup> groups; // the driver alone asks for them

    SlotCoalescer(List<SlotGroup> groups) {
        this.groups = groups;
    }

    @Override
    public PartitionGroup[] coalesce(int most, RDD<?> parent) {
        Partition[] partitions = parent.partitions();
        return groups.stream().map(group -> of(group, partitions)).toArray(PartitionGroup[]::new);
    }

    private static PartitionGroup of(SlotGroup group, Partition[] partitions) {
        var made = new PartitionGroup(Option.apply(group.place().orElse(null)));
        group.partitions().forEach(index -> made.partitions().addOne(partitions[index]));
        return made;
    }
}
