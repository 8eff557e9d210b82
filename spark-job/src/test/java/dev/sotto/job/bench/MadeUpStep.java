package dev.sotto.job.bench;

import dev.sotto.core.privacy.ClippedSum;
import dev.sotto.core.train.PartitionStep;
import dev.sotto.job.data.EncodedPartition;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.broadcast.Broadcast;

/** A step's task as {@code StepTask} has it, with gradients that are made up. */
final class MadeUpStep implements Function2<Integer, Iterator<EncodedPartition>, Iterator<ClippedSum>> {

    private static final class OfThisJvm {
        private static volatile MadeUpGradients model = new MadeUpGradients(1);

        private OfThisJvm() {}

        static synchronized MadeUpGradients of(int d) {
            if (model.d() != d) {
                model = new MadeUpGradients(d);
            }
            return model;
        }
    }

    private final PartitionStep partitionStep;
    private final long step;
    private final Broadcast<float[]> trained;

    MadeUpStep(PartitionStep partitionStep, long step, Broadcast<float[]> trained) {
        this.partitionStep = partitionStep;
        this.step = step;
        this.trained = trained;
    }

    @Override
    public Iterator<ClippedSum> call(Integer partition, Iterator<EncodedPartition> encoded) {
        float[] parameters = trained.value();
        MadeUpGradients model = OfThisJvm.of(parameters.length);
        return encoded.hasNext()
                ? List.of(partitionStep.run(step, partition, encoded.next(), model, parameters))
                        .iterator()
                : Collections.emptyIterator();
    }
}
