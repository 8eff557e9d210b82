package dev.sotto.job.config;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Rows that a program hands over, made by whatever query it wrote.
 *
 * @param rows each is a row of the table over which privacy is promised
 * @param name what they are called in messages and in the report
 */
public record HandedOver(Dataset<Row> rows, String name) implements TableOrigin {

    @Override
    public String uri() {
        return name;
    }

    @Override
    public String identity() {
        return name + List.of(rows.columns());
    }
}
