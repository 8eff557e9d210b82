package dev.sotto.job.data;

import dev.sotto.core.privacy.SamplingKey;
import dev.sotto.job.StopRequest;
import dev.sotto.job.config.DataSettings;
import dev.sotto.job.config.PrivacyUnit;
import dev.sotto.job.config.TableOrigin;
import dev.sotto.job.config.TableSource;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.storage.StorageLevel;

/** A table, encoded and persisted on the executors: one {@link EncodedPartition} a partition. */
public final class EncodedTable implements AutoCloseable {

    private final JavaRDD<EncodedPartition> partitions;

    private EncodedTable(JavaRDD<EncodedPartition> partitions) {
        this.partitions = partitions;
    }

    /**
     * Encodes the private table, so that rows of one unit share a partition, once somebody asks for a row. What it was declared not
     * to hold contributes nothing; {@code sotto check-table} tells what that is.
     *
     * @param key chooses which rows of a unit are kept where it has more than the cap
     * @param further what is made of the encoded rows, to be kept in their place
     */
    public static EncodedTable encode(
            Dataset<Row> table,
            DataSettings data,
            RowEncoding encoding,
            Labels labels,
            SamplingKey key,
            UnaryOperator<JavaRDD<EncodedPartition>> further) {
        int parts = partitions(table, data);
        Dataset<Row> placed =
                data.unit() instanceof PrivacyUnit.Column ? byUnit(table, parts) : placed(table, data.table(), parts);
        return persist(placed, data, new EncodeTask(encoding, labels, data.unit(), key), further);
    }

    /** A row without a unit is nobody's and is left out before it travels: all of them would meet in one partition. */
    static Dataset<Row> byUnit(Dataset<Row> table, int parts) {
        Column unit = functions.col(Table.UNIT);
        return table.filter(unit.isNotNull()).repartition(parts, unit).sortWithinPartitions(unit);
    }

    /** Encodes a public table. */
    public static EncodedTable encodePublic(
            SparkSession spark,
            DataSettings data,
            TableSource source,
            RowEncoding encoding,
            Labels labels,
            SamplingKey key) {
        Dataset<Row> table = Table.openPublic(spark, data, source);
        return persist(
                placed(table, source, partitions(table, data)),
                data,
                new EncodeTask(encoding, labels, new PrivacyUnit.Row(), key),
                UnaryOperator.identity());
    }

    private static EncodedTable persist(
            Dataset<Row> table, DataSettings data, EncodeTask task, UnaryOperator<JavaRDD<EncodedPartition>> further) {
        var level = StorageLevel.fromString(data.storage().name());
        return new EncodedTable(
                further.apply(ReadImage.where(table).mapPartitions(task)).persist(level));
    }

    static int partitions(Dataset<Row> table, DataSettings data) {
        Integer asked = data.partitions();
        return asked != null ? asked : table.sparkSession().sparkContext().defaultParallelism();
    }

    /**
     * Where a table may give its rows in another order when a partition is computed again (a database, a query that a program hands
     * over, whatever a catalog has), a row's place follows from what it holds, so that it is in one partition alone.
     */
    static Dataset<Row> placed(Dataset<Row> table, TableOrigin origin, int parts) {
        if (origin instanceof TableSource source && source.format().isOfFiles()) {
            return spread(table, parts);
        }
        Column[] all = Arrays.stream(table.columns()).map(functions::col).toArray(Column[]::new);
        return table.repartition(parts, all).sortWithinPartitions(all);
    }

    /** Fewer partitions are made by joining them, without a shuffle of all rows. */
    private static Dataset<Row> spread(Dataset<Row> table, int parts) {
        int found = table.javaRDD().getNumPartitions();
        return found == parts ? table : found > parts ? table.coalesce(parts) : table.repartition(parts);
    }

    public JavaRDD<EncodedPartition> partitions() {
        return partitions;
    }

    @Override
    public void close() {
        StopRequest.awaitTasks(partitions.context());
        partitions.unpersist(false);
    }
}
