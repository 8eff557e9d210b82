package dev.sotto.job.predict;

import dev.sotto.core.batch.Batch;
import dev.sotto.core.batch.Microbatches;
import dev.sotto.core.batch.Microbatches.Cut;
import dev.sotto.core.batch.SampledRows;
import dev.sotto.core.model.TrainableModel;
import dev.sotto.job.data.EncodeBlock;
import dev.sotto.job.data.EncodedPartition;
import dev.sotto.job.data.Table;
import dev.sotto.job.step.ExecutorModel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.IntStream;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Answers for the rows of one partition, in their order, one out for each in: block after block, each encoded once and given to
 * every model. Rows that cannot be read get nulls.
 */
final class PredictTask implements FlatMapFunction<Iterator<Row>, Row>, MapPartitionsFunction<Row, Row> {

    private static final long serialVersionUID = 1L;

    private final EncodeBlock encode;
    private final boolean tellsFaults;
    private final Microbatches.Limit limit;
    private final Broadcast<List<Answers>> models;
    private final Broadcast<SerializableConfiguration> hadoop;

    PredictTask(
            EncodeBlock encode,
            boolean tellsFaults,
            Microbatches.Limit limit,
            Broadcast<List<Answers>> models,
            Broadcast<SerializableConfiguration> hadoop) {
        this.encode = encode;
        this.tellsFaults = tellsFaults;
        this.limit = limit;
        this.models = models;
        this.hadoop = hadoop;
    }

    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
        return new Blocks(rows);
    }

    /** One block at a time, computed when it is asked for. */
    private final class Blocks implements Iterator<Row> {
        private final Iterator<Row> rows;
        private Iterator<Row> block = Collections.emptyIterator();

        Blocks(Iterator<Row> rows) {
            this.rows = rows;
        }

        @Override
        public boolean hasNext() {
            return block.hasNext() || rows.hasNext();
        }

        @Override
        public Row next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            if (!block.hasNext()) {
                List<Row> next = new ArrayList<>();
                while (rows.hasNext() && next.size() < encode.rows()) {
                    next.add(rows.next());
                }
                block = answered(next).iterator();
            }
            return block.next();
        }
    }

    private List<Row> answered(List<Row> rows) {
        List<Row> kept = rows.stream().map(row -> row.<Row>getAs(Table.KEPT)).toList();
        int width =
                models.value().stream().mapToInt(each -> each.columns().size()).sum() + (tellsFaults ? 1 : 0);
        var values = new Object[rows.size()][];
        for (int i = 0; i < values.length; i++) {
            Row own = kept.get(i);
            values[i] = new Object[own.size() + width];
            for (int k = 0; k < own.size(); k++) {
                values[i][k] = own.get(k);
            }
        }
        EncodedPartition encoded = encode.encode(rows);
        try {
            answer(encoded, values, kept.get(0).size());
            for (int i = 0; tellsFaults && i < values.length; i++) {
                values[i][values[i].length - 1] =
                        encoded.usable(i) ? null : encode.encoding().fault(rows.get(i));
            }
        } finally {
            encoded.free();
        }
        List<Row> answered = new ArrayList<>(values.length);
        for (Object[] each : values) {
            answered.add(RowFactory.create(each));
        }
        return answered;
    }

    private void answer(EncodedPartition encoded, Object[][] values, int firstColumn) {
        var inOrder =
                SampledRows.of(encoded, IntStream.range(0, encoded.units()).toArray());
        for (Cut cut : Microbatches.tight(inOrder, limit)) {
            int[] places = inOrder.rows(cut.from(), cut.end());
            Batch batch = encoded.batch(places, cut.length());
            int column = firstColumn;
            for (Answers each : models.value()) {
                TrainableModel model =
                        ExecutorModel.forThisJvm(each.model(), hadoop.value().value());
                float[] outputs = model.logits(batch, each.trained());
                for (int i = 0; i < places.length; i++) {
                    RowOutputs row = RowOutputs.of(outputs, batch, i);
                    if (row.isAnswer()) { // or its columns stay null
                        each.form().write(row, encoded.labelCount(places[i]), values[places[i]], column);
                    }
                }
                column += each.columns().size();
            }
        }
    }
}
