package dev.sotto.job.step;

import dev.sotto.core.batch.Batch;
import dev.sotto.core.batch.EncodedRows;
import dev.sotto.core.batch.Microbatches;
import dev.sotto.core.batch.Microbatches.Cut;
import dev.sotto.core.batch.SampledRows;
import dev.sotto.core.model.TrainableModel;
import dev.sotto.job.data.EncodedPartition;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;

/** How well the model does on one partition of a PUBLIC table. */
public final class EvaluateTask implements FlatMapFunction<Iterator<EncodedPartition>, Evaluation> {

    private static final long serialVersionUID = 1L;

    private final Microbatches.Limit limit;
    private final ModelRef model;
    private final Broadcast<float[]> trained;
    private final Broadcast<SerializableConfiguration> hadoop;

    public EvaluateTask(
            Microbatches.Limit limit,
            ModelRef model,
            Broadcast<float[]> trained,
            Broadcast<SerializableConfiguration> hadoop) {
        this.limit = limit;
        this.model = model;
        this.trained = trained;
        this.hadoop = hadoop;
    }

    @Override
    public Iterator<Evaluation> call(Iterator<EncodedPartition> encoded) {
        TrainableModel loaded = ExecutorModel.forThisJvm(model, hadoop.value().value());
        var evaluation = Evaluation.NONE;
        while (encoded.hasNext()) {
            EncodedRows rows = encoded.next();
            int[] all = IntStream.range(0, rows.units()).toArray();
            var inOrder = SampledRows.of(rows, all);
            for (Cut cut : Microbatches.tight(inOrder, limit)) {
                var batch = rows.batch(inOrder.rows(cut.from(), cut.end()), cut.length());
                evaluation = evaluation.plus(measured(loaded, batch));
            }
        }
        return List.of(evaluation).iterator();
    }

    private Evaluation measured(TrainableModel loaded, Batch batch) {
        return switch (model.spec().task()) {
            case CLASSIFICATION -> Evaluation.ofClasses(loaded.logits(batch, trained.value()), batch.labels());
            case REGRESSION -> Evaluation.ofTargets(loaded.logits(batch, trained.value()), batch.labels());
            case MULTI_LABEL, TOKEN_CLASSIFICATION, CAUSAL_LM ->
                Evaluation.ofLosses(loaded.losses(batch, trained.value()));
        };
    }
}
