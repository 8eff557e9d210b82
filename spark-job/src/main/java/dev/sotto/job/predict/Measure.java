package dev.sotto.job.predict;

import dev.sotto.core.batch.Microbatches;
import dev.sotto.job.data.EncodedTable;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;

/** Measures models on a PUBLIC table, on the executors. */
public record Measure(
        JavaSparkContext spark,
        Broadcast<SerializableConfiguration> hadoop,
        Microbatches.Limit limit,
        EncodedTable publicTable) {

    /** How well a model does. */
    public Measured of(Answers model) {
        Broadcast<Answers> shared = spark.broadcast(model);
        Counted counted = publicTable
                .partitions()
                .mapPartitions(new TallyTask(limit, shared, hadoop))
                .reduce(Counted::plus);
        shared.destroy();
        return Measured.of(model.name(), counted);
    }
}
