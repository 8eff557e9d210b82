package dev.sotto.job.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.job.LocalSpark;
import dev.sotto.job.config.Faults;
import dev.sotto.job.config.TableFormat;
import dev.sotto.job.config.TableSource;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LocalSpark.class)
class ShortValuesTest {

    private static Dataset<Row> value(Dataset<Row> table, String sql) {
        Faults faults = new Faults();
        var source = new TableSource("t", TableFormat.PARQUET, Map.of(), Map.of("value", sql), null, null);
        assertThat(RowExpressions.fault(sql)).isEmpty();
        Dataset<Row> made = RowExpressions.apply(table, source, null, faults).select("value");
        assertThat(faults.list()).isEmpty();
        return made;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "lower(body)",
                "title || ': ' || body",
                "concat_ws(' ', title, body, null)",
                "CASE WHEN n > 2 THEN title WHEN n IS NULL THEN 'none' ELSE body END",
                "split(body, ' ')",
                "element_at(split(body, ' '), -1)",
                "transform(tags, t -> upper(t))",
                "filter(tags, t -> t LIKE 'b%')",
                "exists(visits, v -> v.note = 'x')",
                "visits[0].note",
                "transform(visits, v -> named_struct('note', upper(v.note), 'n', v.n))",
                "visits.note",
                "image.bytes",
                "image",
                "lower(image.path)",
                "pages['a']",
                "map_values(pages)",
                "aggregate(xs, 0, (sum, x) -> sum + x)",
                "from_json(json, 'a STRING, b ARRAY<INT>').b[1]",
                "get_json_object(json, '$.a')",
                "to_json(image)",
                "nvl2(title, url_encode(body), sha2(title, 256))",
                "cast(xs AS array<string>)",
                "regexp_replace(body, '([a-z])[0-9]', '$1#')",
                "regexp_extract(body, '([a-z])', 1)",
                "n + length(body)",
                "octet_length(image.bytes)",
                "date_add(to_date(day), n)",
                "coalesce(title, body) = 'x'",
                "reverse(tags)",
                "array_join(tags, ', ')"
            })
    void valueOfAnOrdinaryRow_isWhatSparkSays(String sql, SparkSession spark) {
        Dataset<Row> made = spark.sql(
                """
                SELECT 'A note' AS title, 'b1 c2 \u00e4\ud83d\ude00' AS body, 3 AS n, array('b', null, 'abc') AS tags,
                  array(named_struct('note', 'x', 'n', 1), named_struct('note', null, 'n', 2)) AS visits,
                  named_struct('bytes', cast('png' AS binary), 'path', 'P') AS image, map('a', 'page') AS pages,
                  array(1, 2) AS xs, '{"a": "x", "b": [1, 2]}' AS json, '2025-01-01' AS day
                UNION ALL SELECT null, null, null, null, null, null, null, null, null, null""");
        Dataset<Row> rows = spark.createDataFrame(made.collectAsList(), made.schema());

        assertThat(value(rows, sql).collectAsList())
                .isEqualTo(rows.selectExpr(sql).collectAsList());
    }

    /** What a row of megabytes makes of any expression is no larger than public numbers. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    lower(text)                                       | 65536
                    initcap(wide)                                      | 65536
                    replace(text, 'a', 'a hundred times')             | 65536
                    regexp_replace(text, 'a', 'a hundred times')      | 65536
                    hex(hex(text))                                    | 65536
                    concat_ws(', ', words)                            | 20478
                    array_join(transform(texts, t -> upper(t)), '')   | 1024
                    lower(visit.note)                                 | 65536
                    from_json(to_json(visit), 'note STRING').note     | null
                    CASE WHEN true THEN visit END.note                | 65536
                    pages['k']                                        | 1024
                    cast(bytes AS string)                             | null
                    cast(size(split(text, '')) AS string)             | 5
                    regexp_extract(text, '.*', 0)                     | 10000
                    array_join(transform(texts, t -> regexp_extract(t, '.*', 0)), '') | 156
                    cast(cast(repeated AS decimal(38, 0)) AS string)  | null
                    """)
    void valueOfAHugeRow_isOfAPublicSize(String sql, String length, SparkSession spark) {
        Dataset<Row> rows = spark.range(1)
                .selectExpr(
                        "repeat('ab', 2000000) AS text",
                        "repeat('7', 30000) AS repeated",
                        "repeat('\ud83d\ude00', 1000000) AS wide",
                        "array_repeat('abc', 1000000) AS words",
                        "array(repeat('ab', 1000000)) AS texts",
                        "cast(repeat('ab', 20000000) AS binary) AS bytes",
                        "named_struct('note', repeat('ab', 1000000)) AS visit",
                        "map('k', repeat('ab', 1000000)) AS pages");

        Row made = value(rows, sql).selectExpr("length(value)").head();

        assertThat(String.valueOf(made.get(0))).isEqualTo(length);
    }
}
