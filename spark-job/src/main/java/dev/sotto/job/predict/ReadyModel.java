package dev.sotto.job.predict;

import dev.sotto.core.batch.Microbatches;
import dev.sotto.job.config.AnswerSettings.NamedDelta;
import dev.sotto.job.config.ComputeSettings;
import dev.sotto.job.config.HandedOver;
import dev.sotto.job.config.Input;
import dev.sotto.job.data.EncodeBlock;
import dev.sotto.job.data.Table;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/** A seed with one delta on it, ready to answer for the rows that a program hands over. */
public final class ReadyModel {

    private final Input input;
    private final ToAnswer model;
    private final Microbatches.Limit limit;
    private final Broadcast<List<Answers>> answers;
    private final Broadcast<SerializableConfiguration> hadoop;

    private ReadyModel(SparkSession session, ToAnswer model, Input input, Microbatches.Limit limit) {
        var spark = JavaSparkContext.fromSparkContext(session.sparkContext());
        this.input = input;
        this.model = model;
        this.limit = limit;
        this.answers = spark.broadcast(model.all());
        this.hadoop = spark.broadcast(new SerializableConfiguration(spark.hadoopConfiguration()));
    }

    /**
     * Finds out whether the delta fits the seed, and shares it with the executors.
     *
     * @param seed the folder of the delta's seed model
     * @param delta its name is what the columns of the answers begin with
     * @throws dev.sotto.job.SottoException if either cannot be read, or the delta is of another seed
     */
    public static ReadyModel of(
            SparkSession session, String seed, NamedDelta delta, Input input, ComputeSettings compute) {
        ToAnswer model =
                ToAnswer.of(seed, List.of(delta), input, session.sparkContext().hadoopConfiguration());
        var limit = compute.limit();
        return new ReadyModel(session, model, input, limit);
    }

    /** The rows with the answers as further columns, as {@code sotto predict} writes them; computed when they are asked for. */
    public Dataset<Row> beside(HandedOver rows) {
        Dataset<Row> opened = EncodeBlock.lazily(Table.toPredict(rows, input), rows);
        List<StructField> fields = new ArrayList<>(
                List.of(((StructType) opened.schema().apply(Table.KEPT).dataType()).fields()));
        model.all().forEach(each -> fields.addAll(each.columns()));
        var task = new PredictTask(new EncodeBlock(model.encoding()), false, limit, answers, hadoop);
        return opened.mapPartitions(
                (MapPartitionsFunction<Row, Row>) task, Encoders.row(DataTypes.createStructType(fields)));
    }
}
