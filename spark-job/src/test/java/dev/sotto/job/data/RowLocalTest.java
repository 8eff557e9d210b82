package dev.sotto.job.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.job.LocalSpark;
import dev.sotto.job.config.Faults;
import dev.sotto.job.config.TableFormat;
import dev.sotto.job.config.TableSource;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LocalSpark.class)
class RowLocalTest {

    private static Dataset<Row> table(SparkSession spark) {
        return spark.sql(
                "SELECT 'a/b/c.jpg' AS path, 'Yes' AS answer, 2025 AS year, array(3, 1, 2) AS xs, 'p1' AS person,"
                        + " DATE '2025-01-01' AS day, TIMESTAMP '2025-01-01 10:30:00' AS seen");
    }

    private static Optional<String> fault(Dataset<Row> query) {
        return RowLocal.fault(((org.apache.spark.sql.classic.Dataset<Row>) query)
                .queryExecution()
                .analyzed());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "year = 2025 AND answer LIKE 'Y%'",
                "element_at(split(path, '/'), -2)",
                "pmod(xxhash64(person), 5) > 0",
                "aggregate(xs, 0, (sum, x) -> sum + x)",
                "array_max(transform(xs, x -> x * 2))",
                "CASE WHEN answer = 'Yes' THEN 1 ELSE 0 END",
                "to_json(named_struct('over', path)) || ' over (select 1)'",
                "regexp_extract(path, '([a-z]+)[.]jpg', 1)",
                "nvl2(answer, url_encode(path), sha2(person, 256))",
                "answer rlike '^[a-z ]*(yes|no)?$'",
                "try_cast(answer AS INT) IS NULL",
                "day = DATE '2025-01-01' AND seen > TIMESTAMP '2025-01-01 10:30'",
                "answer = 'today' OR answer = '10:30'"
            })
    void expressionOnItsOwnRow_isAllowed(String sql, SparkSession spark) {
        assertThat(RowExpressions.fault(sql)).isEmpty();
        assertThat(fault(table(spark).select(functions.expr(sql)))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    year > (SELECT 1)                           | a sub-query
                    EXISTS (SELECT 1)                           | a sub-query
                    person IN (SELECT path FROM values ('x') AS t (path)) | a sub-query
                    count(*) > 1                                | the aggregate function count
                    coalesce(max(year), 0) = 1                  | the aggregate function max
                    any_value(answer)                           | the aggregate function
                    row_number() OVER (ORDER BY year) < 100     | the window function row_number
                    sum(year) OVER (PARTITION BY person)        | the aggregate function sum
                    lag(year) OVER (ORDER BY path) IS NULL      | the window function lag
                    rand() < 0.1                                | the function rand, which gives another value each time
                    rand(1) < 0.1                               | gives another value each time
                    randn() < 0.1                               | the function randn, which gives another value each time
                    uuid()                                      | the function uuid, which gives another value each time
                    shuffle(xs)                                 | the function shuffle, which gives another value each time
                    uniform(0, 10) > 3                          | gives another value each time
                    randstr(3)                                  | gives another value each time
                    monotonically_increasing_id() < 10          | gives another value each time
                    spark_partition_id() = 0                    | gives another value each time
                    input_file_name()                           | gives another value each time
                    java_method('java.lang.System', 'nanoTime') | gives another value each time
                    explode(xs)                                 | the function explode, which makes several rows of one
                    inline(array(struct(1)))                    | the function inline, which makes several rows of one
                    raise_error(answer)                         | by which one row could stop the run
                    assert_true(year = 1)                       | by which one row could stop the run
                    current_timestamp() > timestamp'2025-01-01' | gives another value each time
                    year = year(current_date)                   | gives another value each time
                    now() IS NULL                               | gives another value each time
                    unix_timestamp() > 0                        | gives another value each time
                    cast('today' AS DATE) IS NULL               | gives another value each time
                    size(array_distinct(array(xs, xs))) = 1     | of which each is compared with each
                    size(sort_array(array(struct(xs)))) = 1     | of which each is compared with each
                    day = DATE 'today'                          | gives another value each time
                    seen > TIMESTAMP ' Now '                    | gives another value each time
                    seen > TIMESTAMP '10:30'                    | gives another value each time
                    seen > 'T10:30:00'                          | gives another value each time
                    from_json(path, 'at TIMESTAMP').at = seen   | gives another value each time
                    current_user() = answer                     | gives another value each time
                    answer rlike '^(ab?)*$'                      | a group that is repeated
                    regexp_count(answer, '(a+)+') > 1           | a group that is repeated
                    split(path, '(ab){2}')                      | a group that is repeated
                    regexp_replace(answer, person, '')          | a pattern that is no literal
                    answer LIKE '%a%b%c%'                        | more than two %
                    """)
    void expressionThatLooksFurther_isRefused(String sql, String found, SparkSession spark) {
        assertThat(fault(table(spark).select(functions.expr(sql))))
                .as("bound to a table")
                .hasValueSatisfying(fault -> assertThat(fault).contains(found));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "year > (SELECT 1)",
                "count(*) > 1",
                "sum(year) OVER (PARTITION BY person) > 1",
                "rand() < 0.1",
                "uuid()",
                "year = = 2",
                "year = 2; DROP TABLE x"
            })
    void expressionThatLooksFurther_isMostlyKnownBeforeSparkStarts(String sql) {
        assertThat(RowExpressions.fault(sql)).isPresent();
    }

    @Test
    void userDefinedFunction_isRefused(SparkSession spark) {
        spark.udf().register("anything", (UDF1<String, String>) text -> text, DataTypes.StringType);

        assertThat(fault(table(spark).select(functions.expr("anything(answer) = 'Yes'"))))
                .hasValue("the user-defined function anything");
    }

    @Test
    void viewThatCountsOrJoins_isRefused(SparkSession spark) {
        table(spark).createOrReplaceTempView("visits");

        assertThat(fault(spark.sql("SELECT * FROM visits WHERE year = 2025"))).isEmpty();
        assertThat(fault(spark.sql("SELECT * FROM visits UNION ALL SELECT * FROM visits")))
                .as("makes two rows of one")
                .hasValue("the operation Union");
        assertThat(fault(spark.sql("SELECT answer, count(*) FROM visits GROUP BY answer")))
                .isPresent();
        assertThat(fault(spark.sql("SELECT a.* FROM visits a JOIN visits b USING (person)")))
                .hasValue("the operation Join");
        assertThat(fault(spark.sql("SELECT DISTINCT * FROM visits"))).hasValue("the operation Distinct");
        assertThat(fault(spark.sql("SELECT * FROM visits ORDER BY year LIMIT 3")))
                .isPresent();
        assertThat(fault(spark.sql("SELECT * FROM visits TABLESAMPLE (10 PERCENT)")))
                .isPresent();
    }

    @Test
    void metadataColumns_areRefusedAndTheUsersOwnAreNot(@TempDir Path folder, SparkSession spark) {
        Dataset<Row> files = table(spark);
        files.write().parquet(folder.resolve("t").toString());
        Dataset<Row> read = spark.read().parquet(folder.resolve("t").toString());
        for (String hidden : List.of(
                "_metadata.row_index < 10",
                "_metadata.file_size > 1",
                "_METADATA.file_path LIKE '%a'",
                "to_json(_metadata) IS NULL",
                "_metadata IS NULL")) {
            assertThat(fault(read.select(functions.expr(hidden)))).as(hidden).hasValueSatisfying(fault -> assertThat(
                            fault)
                    .containsIgnoringCase("the metadata column _metadata"));
        }
        read.selectExpr("*", "_metadata.row_index AS place").createOrReplaceTempView("placed");
        assertThat(fault(spark.table("placed"))).isPresent();

        Dataset<Row> own = read.selectExpr("named_struct('row_index', year) AS _metadata", "answer");
        own.write().parquet(folder.resolve("own").toString());
        assertThat(fault(spark.read()
                        .parquet(folder.resolve("own").toString())
                        .select(functions.expr("_metadata.row_index < 10"))))
                .isEmpty();
    }

    @Test
    void viewOfFilesOfLines_isRefused(@TempDir Path folder, SparkSession spark) {
        table(spark).selectExpr("answer").write().csv(folder.resolve("t").toString());
        spark.read()
                .option("multiLine", true)
                .csv(folder.resolve("t").toString())
                .createOrReplaceTempView("lines");

        assertThat(fault(spark.table("lines")))
                .hasValueSatisfying(fault -> assertThat(fault).contains("files of lines"));
    }

    @Test
    void valueThatCannotBeComputed_isNullWhateverTheFunction(SparkSession spark) {
        Dataset<Row> rows = spark.sql("SELECT * FROM VALUES ('a%zz', 0), ('b', 1) AS t (text, n)");
        for (String sql : List.of(
                "url_decode(text)",
                "element_at(array(1, 2), n)",
                "to_number(text, '999')",
                "decode(encode(text, 'UTF-8'), text)",
                "regexp_extract(text, '(b)', n + 1)",
                "from_utc_timestamp('2025-01-01', text)")) {
            var source = new TableSource("t", TableFormat.PARQUET, Map.of(), Map.of("value", sql), null, null);
            Faults faults = new Faults();
            Dataset<Row> read = RowExpressions.apply(rows, source, null, faults);
            assertThat(faults.list()).isEmpty();
            assertThat(read.collectAsList()).as(sql).hasSize(2).anySatisfy(row -> assertThat(row.get(2))
                    .isNull());
            assertThat(RowExpressions.apply(
                                    rows,
                                    new TableSource(
                                            "t", TableFormat.PARQUET, Map.of(), Map.of(), sql + " IS NOT NULL", null),
                                    null,
                                    faults)
                            .count())
                    .isLessThan(2);
        }
    }

    /** Some days have no timestamp, and a time of day is one of today to Spark. */
    @ParameterizedTest
    @CsvSource({"day >= seen, 1", "day < seen OR answer = 'Yes', 1", "answer < seen, 0", "hour(answer) = 10, 0"})
    void comparisonThatFailsAtARow_doesNotHoldOfIt(String condition, int rows, SparkSession spark) {
        Dataset<Row> table = spark.sql(
                "SELECT * FROM VALUES ('Yes', DATE '2025-01-02', TIMESTAMP '2025-01-01'), ('10:30', date_from_unix_date(2147483647),"
                        + " TIMESTAMP '2999-01-01') AS t (answer, day, seen)");
        Dataset<Row> stored = spark.createDataFrame(table.collectAsList(), table.schema());
        var source = new TableSource("t", TableFormat.PARQUET, Map.of(), Map.of(), condition, null);

        assertThat(RowExpressions.apply(stored, source, null, new Faults()).count())
                .isEqualTo(rows);
    }
}
