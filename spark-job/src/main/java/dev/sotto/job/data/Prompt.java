package dev.sotto.job.data;

import dev.sotto.job.config.DataSettings;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * A text that a language model is to write behind, once for all rows of a PUBLIC table that have it.
 *
 * @param text what stands in the text column
 * @param references what stands in the label column of those rows, in an order that is the same every time
 */
public record Prompt(String text, List<String> references) implements Serializable {
    private static final String NOT_BLANK = "\\S";
    private static final String REFERENCES = "references";

    /** All prompts of the table, spread over its partitions; rows without a prompt or a text behind it are left out. */
    public static JavaRDD<Prompt> of(SparkSession spark, DataSettings data) {
        Dataset<Row> rows = Table.open(spark, data);
        int parts = EncodedTable.partitions(rows, data);
        return rows.where(functions
                        .col(Table.TEXT)
                        .rlike(NOT_BLANK)
                        .and(functions.col(Table.LABEL).rlike(NOT_BLANK)))
                .groupBy(Table.TEXT)
                .agg(functions.sort_array(functions.collect_list(Table.LABEL)).as(REFERENCES))
                .repartition(parts) // Spark joins small partitions, and each text is long work
                .javaRDD()
                .map(row -> new Prompt(row.getAs(Table.TEXT), row.getList(row.fieldIndex(REFERENCES))));
    }
}
