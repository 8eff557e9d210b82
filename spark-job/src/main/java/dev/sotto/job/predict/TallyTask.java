package dev.sotto.job.predict;

import dev.sotto.core.batch.Batch;
import dev.sotto.core.batch.EncodedRows;
import dev.sotto.core.batch.Microbatches;
import dev.sotto.core.batch.Microbatches.Cut;
import dev.sotto.core.batch.SampledRows;
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
final class TallyTask implements FlatMapFunction<Iterator<EncodedPartition>, Tally> {

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
    public Iterator<Tally> call(Iterator<EncodedPartition> encoded) {
        Answers asked = answers.value();
        TrainableModel model =
                ExecutorModel.forThisJvm(asked.model(), hadoop.value().value());
        int classes = asked.isOfClasses() ? asked.labels().size() : 0;
        Tally tally = Tally.none(classes);
        while (encoded.hasNext()) {
            EncodedRows rows = encoded.next();
            var inOrder = SampledRows.of(rows, IntStream.range(0, rows.units()).toArray());
            long unreadable = (long) rows.firstRow(rows.units()) - inOrder.count();
            tally = tally.plus(new Tally(0, unreadable, new long[classes * classes], Tally.Numbers.NONE));
            for (Cut cut : Microbatches.tight(inOrder, limit)) {
                Batch batch = rows.batch(inOrder.rows(cut.from(), cut.end()), cut.length());
                tally = tally.plus(tally(model.logits(batch, asked.trained()), batch.labels(), classes));
            }
        }
        return List.of(tally).iterator();
    }

    private static Tally tally(float[] outputs, float[] labels, int classes) {
        var confusion = new long[classes * classes];
        var numbers = Tally.Numbers.NONE;
        long answered = 0;
        int width = Math.max(1, classes);
        for (int row = 0; row < labels.length; row++) {
            if (!Answers.isAnswer(outputs, row * width, width)) {
                continue;
            }
            answered++;
            if (classes > 0) {
                int label = (int) labels[row];
                confusion[label * classes + Answers.best(outputs, row * width, width)]++;
            } else {
                numbers = numbers.plus(Tally.Numbers.of(outputs[row], labels[row]));
            }
        }
        return new Tally(answered, labels.length - answered, confusion, numbers);
    }
}
