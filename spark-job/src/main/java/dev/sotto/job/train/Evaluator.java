package dev.sotto.job.train;

import dev.sotto.core.batch.Microbatches;
import dev.sotto.job.data.EncodedTable;
import dev.sotto.job.step.EvaluateTask;
import dev.sotto.job.step.Evaluation;
import dev.sotto.job.step.ModelRef;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;

/** Measures a model on a public table, on the executors. */
record Evaluator(
        JavaSparkContext spark,
        Broadcast<SerializableConfiguration> hadoop,
        ModelRef model,
        Microbatches.Limit limit,
        EncodedTable publicTable) {

    /** Measures the model with these trained parameters, [d]. */
    Evaluation measure(float[] trained) {
        Broadcast<float[]> parameters = spark.broadcast(trained);
        Evaluation evaluation = publicTable
                .partitions()
                .mapPartitions(new EvaluateTask(limit, model, parameters, hadoop))
                .reduce(Evaluation::plus);
        parameters.destroy();
        return evaluation;
    }
}
