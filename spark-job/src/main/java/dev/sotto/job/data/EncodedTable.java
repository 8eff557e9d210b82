package dev.sotto.job.data;

import dev.sotto.core.privacy.SamplingKey;
import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import dev.sotto.job.StopRequest;
import dev.sotto.job.config.BadRows;
import dev.sotto.job.config.DataSettings;
import dev.sotto.job.config.Input;
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
     * Encodes the private table, so that rows of one unit share a partition.
     *
     * @param key chooses which rows of a unit are kept where it has more than the cap
     * @param further what is made of the encoded rows, to be kept in their place
     * @throws SottoException if the table holds what it was declared not to hold; says what, never which or how many
     */
    public static EncodedTable encode(
            Dataset<Row> table,
            DataSettings data,
            RowEncoding encoding,
            Labels labels,
            SamplingKey key,
            UnaryOperator<JavaRDD<EncodedPartition>> further) {
        int parts = partitions(table, data);
        Dataset<Row> placed = data.unit() instanceof PrivacyUnit.Column
                ? table.repartition(parts, functions.col(Table.UNIT)).sortWithinPartitions(Table.UNIT)
                : placed(table, data.table(), parts);
        var encoded = persist(placed, data, new EncodeTask(encoding, labels, data.unit(), key), further);
        try {
            encoded.requireConformance(data);
        } catch (RuntimeException refused) {
            encoded.close();
            throw refused;
        }
        return encoded;
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

    private void requireConformance(DataSettings data) {
        Conformance found = partitions.map(EncodedPartition::conformance).reduce(Conformance::and);
        if (data.badRows() == BadRows.ZERO) {
            return; // the reduction above has encoded and persisted every partition all the same
        }
        if (!found.unitsPresent() && data.unit() instanceof PrivacyUnit.Column column) {
            throw refused(
                    "The privacy-unit column " + column.name()
                            + " holds null: a row without a person cannot be protected as a" + " part of anyone",
                    column.name() + " IS NOT NULL");
        }
        if (!found.labelsDeclared()) {
            throw undeclared(data.target(), data.input());
        }
        if (!found.rowsUsable()) {
            throw refused(
                    "The table holds a row that cannot be encoded: a missing or blank text, or bytes that are no PNG or JPEG"
                            + " image",
                    data.input() instanceof Input.Text text
                            ? "trim(" + text.column() + ") <> ''"
                            : data.input() instanceof Input.Words words
                                    ? "size(" + words.column() + ") > 0"
                                    : "a condition on your columns");
        }
    }

    private static SottoException undeclared(DataSettings.Target target, Input input) {
        String column = target.column();
        String holds = "The label column " + column + " holds ";
        String names = "'" + String.join("', '", target.names()) + "'";
        return switch (target.task()) {
            case CLASSIFICATION, MASKED_PROMPT ->
                refused(
                        holds + "a value (or null) outside the declared labels " + target.names()
                                + ", and the model has no output for it",
                        column + " IN (" + names + ")");
            case MULTI_LABEL ->
                refused(
                        holds + "null, or a list with a value outside the declared labels " + target.names()
                                + ", and the model has no output for it",
                        "size(array_except(" + column + ", array(" + names + "))) = 0");
            case TOKEN_CLASSIFICATION ->
                refused(
                        holds + "null, a list of another length than that of the words, or a value outside the declared"
                                + " labels " + target.names(),
                        "size(" + column + ") = size(" + ((Input.Words) input).column() + ") AND size(array_except("
                                + column + ", array(" + names + "))) = 0");
            case CAUSAL_LM ->
                refused(
                        holds + "null or a blank text, and there is nothing to learn to say",
                        "trim(" + column + ") <> ''");
            case REGRESSION ->
                refused(
                        holds + "a value that is not a finite number, and no loss can be computed",
                        "TRY_CAST(" + column + " AS DOUBLE) BETWEEN -1e30 AND 1e30");
        };
    }

    /** What was found is told, never which rows or how many: that is private. */
    private static SottoException refused(String found, String keep) {
        return new SottoException(
                ExitCode.DATA,
                found
                        + ". Which rows and how many is private and not shown. Nothing was trained and no noise was drawn. Mend the"
                        + " table; or keep the fitting rows alone with --where \"" + keep
                        + "\"; or pass --bad-rows zero,"
                        + " with which such rows contribute nothing.");
    }

    @Override
    public void close() {
        StopRequest.awaitTasks(partitions.context());
        partitions.unpersist(false);
    }
}
