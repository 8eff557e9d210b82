package dev.sotto.job.predict;

import dev.sotto.core.batch.Batch;
import dev.sotto.core.batch.EncodedRows;
import dev.sotto.core.batch.Microbatches;
import dev.sotto.core.batch.Microbatches.Cut;
import dev.sotto.core.batch.SampledRows;
import dev.sotto.core.family.Task;
import dev.sotto.core.model.TrainableModel;
import dev.sotto.job.data.EncodedPartition;
import dev.sotto.job.step.ExecutorModel;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;

/** One model's answers on one partition of a PUBLIC table, added up. */
final class TallyTask implements FlatMapFunction<Iterator<EncodedPartition>, Counted> {

    private static final long serialVersionUID = 1L;

    private final Microbatches.Limit limit;
    private final Broadcast<Answers> answers;
    private final Broadcast<SerializableConfiguration> hadoop;

    TallyTask(Microbatches.Limit limit, Broadcast<Answers> answers, Broadcast<SerializableConfiguration> hadoop) {
        this.limit = limit;
        this.answers = answers;
        this.hadoop = hadoop;
    }

    @Override
    public Iterator<Counted> call(Iterator<EncodedPartition> encoded) {
        Answers asked = answers.value();
        TrainableModel model =
                ExecutorModel.forThisJvm(asked.model(), hadoop.value().value());
        Tally tally = Tally.of(asked.model().spec().task(), asked.labels());
        long answered = 0;
        long all = 0;
        while (encoded.hasNext()) {
            EncodedRows rows = encoded.next();
            var inOrder = SampledRows.of(rows, IntStream.range(0, rows.units()).toArray());
            all += rows.firstRow(rows.units());
            for (Cut cut : Microbatches.tight(inOrder, limit)) {
                Batch batch = rows.batch(inOrder.rows(cut.from(), cut.end()), cut.length());
                answered += add(tally, batch, outputs(model, asked, batch));
            }
        }
        return List.of(new Counted(answered, all - answered, tally)).iterator();
    }

    private static float[] outputs(TrainableModel model, Answers asked, Batch batch) {
        return asked.model().spec().task() == Task.CAUSAL_LM
                ? model.losses(batch, asked.trained())
                : model.logits(batch, asked.trained());
    }

    /** Adds the rows that the model has an answer to; gives their number. */
    private static int add(Tally tally, Batch batch, float[] outputs) {
        int answered = 0;
        for (int i = 0; i < batch.rows(); i++) {
            RowOutputs row = RowOutputs.of(outputs, batch, i);
            if (row.isAnswer()) {
                tally.add(row);
                answered++;
            }
        }
        return answered;
    }
}
