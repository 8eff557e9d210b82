package dev.sotto.job.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.job.LocalSpark;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which queries give the same rows each time, by Spark's own understanding of them. */
@ExtendWith(LocalSpark.class)
class RepeatableTest {

    private static Dataset<Row> query(SparkSession spark, String sql) {
        spark.range(10)
                .selectExpr("id", "id % 3 AS person", "CAST(id AS DOUBLE) AS score", "'text' AS text")
                .createOrReplaceTempView("t");
        return spark.sql(sql);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT id, lower(text) FROM t WHERE id > 3",
                "SELECT a.id, b.text FROM t a JOIN t b ON a.id = b.person",
                "SELECT person, count(*), max(text), sum(id), avg(id) FROM t GROUP BY person",
                "SELECT DISTINCT person FROM t",
                "SELECT id, rank() OVER (PARTITION BY person ORDER BY id) FROM t",
                "SELECT id, count(*) OVER (PARTITION BY person) FROM t",
                "SELECT id FROM t UNION ALL SELECT person FROM t",
                "WITH w AS (SELECT person FROM t) SELECT * FROM w WHERE person IN (SELECT id FROM t)",
                "SELECT explode(array(id, person)) FROM t ORDER BY 1",
            })
    void queryWhoseRowsFollowFromTheTables_isRepeatable(String sql, SparkSession spark) {
        assertThat(Repeatable.fault(Table.plan(query(spark, sql)))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SELECT id FROM t WHERE rand() < 0.5 | the function rand",
                "SELECT uuid() FROM t | the function uuid",
                "SELECT monotonically_increasing_id() FROM t | the function monotonically_increasing_id",
                "SELECT * FROM t TABLESAMPLE (50 PERCENT) | the operation Sample",
                "SELECT * FROM t LIMIT 5 | the operation GlobalLimit",
                "SELECT * FROM t ORDER BY id LIMIT 5 | the operation GlobalLimit",
                "SELECT person, first(text) FROM t GROUP BY person | the aggregate function first",
                "SELECT person, collect_list(text) FROM t GROUP BY person | the aggregate function collect_list",
                "SELECT person, max_by(text, score) FROM t GROUP BY person | the aggregate function max_by",
                "SELECT person, avg(score) FROM t GROUP BY person | the aggregate function avg",
                "SELECT id, row_number() OVER (PARTITION BY person ORDER BY text) FROM t | the window function row_number",
                "SELECT id, lag(text) OVER (PARTITION BY person ORDER BY text) FROM t | the window function lag",
                "SELECT id, sum(id) OVER (ORDER BY text ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM t | the window function",
                "SELECT id FROM t WHERE id IN (SELECT person FROM t LIMIT 1) | the operation GlobalLimit",
            })
    void queryWhoseRowsMayDifferNextTime_isNot(String sql, String found, SparkSession spark) {
        assertThat(Repeatable.fault(Table.plan(query(spark, sql))))
                .hasValueSatisfying(words -> assertThat(words).startsWith(found));
    }

    @Test
    void whicheverRowComesFirst_isNotRepeatable(SparkSession spark) {
        Dataset<Row> rows = query(spark, "SELECT * FROM t");

        assertThat(Repeatable.fault(Table.plan(rows.dropDuplicates("person")))).hasValue("the operation Deduplicate");
        assertThat(Repeatable.fault(Table.plan(rows.dropDuplicates()))).isEmpty();
    }

    @Test
    void rowsThatWereWrittenDown_areRepeatable(SparkSession spark) {
        Dataset<Row> sampled = query(spark, "SELECT * FROM t").sample(0.5);

        assertThat(Repeatable.fault(Table.plan(sampled))).hasValue("the operation Sample");
        assertThat(Repeatable.fault(Table.plan(sampled.localCheckpoint()))).isEmpty();
    }

    @Test
    void stream_isNotRepeatable(SparkSession spark) {
        Dataset<Row> stream = spark.readStream().format("rate").load();

        assertThat(Repeatable.fault(Table.plan(stream))).hasValue("a stream");
    }
}
