package dev.sotto.job.step;

import dev.sotto.core.batch.Microbatches;
import dev.sotto.core.engine.DeviceMemoryException;
import dev.sotto.core.train.FeatureModel;
import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import dev.sotto.job.data.EncodedPartition;
import dev.sotto.job.data.FeatureRows;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Where the head alone is trained: computes what it is given of one partition's rows, once. Steps then compute the head and no more.
 */
public final class FeatureTask implements FlatMapFunction<Iterator<EncodedPartition>, EncodedPartition> {

    private static final long serialVersionUID = 1L;

    private final ModelRef model;
    private final Microbatches.Limit limit;
    private final Broadcast<SerializableConfiguration> hadoop;

    /**
     * Sets the task up.
     *
     * @param model of which the head alone is trained
     */
    public FeatureTask(ModelRef model, Microbatches.Limit limit, Broadcast<SerializableConfiguration> hadoop) {
        this.model = model;
        this.limit = limit;
        this.hadoop = hadoop;
    }

    @Override
    public Iterator<EncodedPartition> call(Iterator<EncodedPartition> encoded) {
        FeatureModel head = ExecutorModel.forThisJvm(model, hadoop.value().value())
                .features()
                .orElseThrow();
        List<EncodedPartition> features = new ArrayList<>(1);
        while (encoded.hasNext()) {
            EncodedPartition rows = encoded.next();
            try {
                features.add(FeatureRows.of(rows, head, limit));
            } catch (DeviceMemoryException tooSmall) {
                throw SottoException.of(ExitCode.SETTINGS, tooSmall);
            } finally {
                rows.free();
            }
        }
        return features.iterator();
    }
}
