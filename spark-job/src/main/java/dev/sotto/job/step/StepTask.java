package dev.sotto.job.step;

import dev.sotto.core.engine.DeviceMemoryException;
import dev.sotto.core.privacy.ClippedSum;
import dev.sotto.core.train.PartitionStep;
import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import dev.sotto.job.data.EncodedPartition;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;

/** One step on one executor. Its fields are all that travels; the sampling key among them travels in task data alone. */
public final class StepTask implements Function2<Integer, Iterator<EncodedPartition>, Iterator<ClippedSum>> {

    private static final long serialVersionUID = 1L;

    private final PartitionStep partitionStep;
    private final long step;
    private final ModelRef model;
    private final Broadcast<float[]> trained;
    private final Broadcast<SerializableConfiguration> hadoop;

    public StepTask(
            PartitionStep partitionStep,
            long step,
            ModelRef model,
            Broadcast<float[]> trained,
            Broadcast<SerializableConfiguration> hadoop) {
        this.partitionStep = partitionStep;
        this.step = step;
        this.model = model;
        this.trained = trained;
        this.hadoop = hadoop;
    }

    @Override
    public Iterator<ClippedSum> call(Integer partition, Iterator<EncodedPartition> encoded) {
        var loaded = ExecutorModel.forThisJvm(model, hadoop.value().value());
        List<ClippedSum> sums = new ArrayList<>(1);
        while (encoded.hasNext()) {
            try {
                sums.add(partitionStep.run(step, partition, encoded.next(), loaded, trained.value()));
            } catch (DeviceMemoryException tooSmall) {
                throw SottoException.of(ExitCode.SETTINGS, tooSmall);
            }
        }
        return sums.iterator();
    }
}
