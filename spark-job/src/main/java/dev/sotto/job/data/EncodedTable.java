package dev.sotto.job.data;

import dev.sotto.core.privacy.SamplingKey;
import dev.sotto.job.StopRequest;
import dev.sotto.job.config.DataSettings;
import dev.sotto.job.config.PrivacyUnit;
import dev.sotto.job.config.TableOrigin;
import dev.sotto.job.config.TableSource;
import dev.sotto.job.config.TableStorage;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
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
        Dataset<Row> rows = placed(table, data.unit(), partitions(table, data));
        if (data.unit() instanceof PrivacyUnit.Column column) { // cut before the images are read that rows name
            rows = rows.mapPartitions(new RowsOfUnit(column.maxRows(), key), Encoders.row(rows.schema()));
        }
        return persist(rows, data, data.table(), new EncodeTask(encoding, labels, data.unit()), further);
    }

    /** Encodes a public table. */
    public static EncodedTable encodePublic(
            SparkSession spark, DataSettings data, TableSource source, RowEncoding encoding, Labels labels) {
        Dataset<Row> table = Table.openPublic(spark, data, source);
        int parts = partitions(table, data);
        var unit = new PrivacyUnit.Row();
        return persist(
                source.format().isOfFiles() ? spread(table, parts) : placed(table, unit, parts),
                data,
                source,
                new EncodeTask(encoding, labels, unit),
                UnaryOperator.identity());
    }

    private static EncodedTable persist(
            Dataset<Row> table,
            DataSettings data,
            TableOrigin origin,
            EncodeTask task,
            UnaryOperator<JavaRDD<EncodedPartition>> further) {
        boolean diskIsAllowed = data.storage() != TableStorage.MEMORY_ONLY;
        return new EncodedTable(further.apply(ReadImage.where(table, origin).mapPartitions(task))
                .map(partition -> partition.kept(diskIsAllowed))
                .persist(StorageLevel.fromString(data.storage().name())));
    }

    /** How many it is given. */
    public static int partitions(Dataset<Row> table, DataSettings data) {
        Integer asked = data.partitions();
        return asked != null ? asked : table.sparkSession().sparkContext().defaultParallelism();
    }

    /**
     * A row's place follows from its unit, or where each row is one, from what it holds: never from other rows, from the file it
     * stands in or from the order in which it came, which may be another when a partition is computed again. Equal rows share a
     * partition, side by side.
     */
    static Dataset<Row> placed(Dataset<Row> table, PrivacyUnit unit, int parts) {
        Column[] all = Arrays.stream(table.columns()).map(functions::col).toArray(Column[]::new);
        if (unit instanceof PrivacyUnit.Column) {
            Column person = functions.col(Table.UNIT);
            return table.filter(
                            person.isNotNull()) // a row without a unit is nobody's, and all of them would meet in one
                    // partition
                    .repartition(parts, person)
                    .sortWithinPartitions(
                            Stream.concat(Stream.of(person), Arrays.stream(all)).toArray(Column[]::new));
        }
        return table.repartition(parts, all).sortWithinPartitions(all);
    }

    /** Of a public table: fewer partitions are made by joining them, without a shuffle of all rows. */
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
