package dev.sotto.job.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.analysis.FunctionRegistry;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RowFunctionsTest {

    /** Names of the grammar alone. */
    private static final Set<String> SYNTAX = Set.of("||", "timestampadd", "timestampdiff");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "year >= 2024 AND lower(trim(answer)) IN ('yes', 'no') OR NOT urgent",
                "answer ILIKE '%diabet%' OR answer RLIKE 'insulin'",
                "concat_ws(' ', title, body)",
                "title || ': ' || body",
                "CASE WHEN score > 0.5 THEN 'yes' ELSE 'no' END",
                "split(sentence, ' ')",
                "words[0]",
                "visit.notes.text",
                "cast(tags AS array<string>)",
                "transform(tags, t -> lower(t))",
                "filter(codes, c -> c.system = 'ICD' AND c.year BETWEEN 2019 AND 2024)",
                "aggregate(xs, 0, (sum, x) -> sum + x)",
                "lpad(code, 10, '0')",
                "regexp_replace(body, '[0-9]{3,20}', '#')",
                "extract(YEAR FROM day) = 2025 AND day < date'2025-07-01' + INTERVAL 3 DAYS",
                "timestampdiff(DAY, admitted, left) > 3",
                "trim(BOTH '.' FROM answer)",
                "substring(answer FROM 1 FOR 3)",
                "position('a' IN answer) > 0",
                "from_json(payload, 'note STRING').note",
                "pmod(xxhash64(person), 10) = 0",
                "answer <=> 'x' AND answer IS DISTINCT FROM 'y' AND urgent IS NOT TRUE",
                "named_struct('a', x).a",
                "-x + +y % 2 = ~z & 3"
            })
    void whatPreparesATable_isAllowed(String sql) {
        assertThat(RowFunctions.fault(RowLocal.parse(sql))).isEmpty();
    }

    /** A name that Spark has not would allow nothing, and one that the page has not nobody would find. */
    @ParameterizedTest
    @MethodSource("dev.sotto.job.data.RowFunctions#names")
    void function_isOneOfSparksAndOfTheDocumentation(String name) throws IOException {
        assertThat(FunctionRegistry.builtin().functionExists(new FunctionIdentifier(name)) || SYNTAX.contains(name))
                .isTrue();
        assertThat(Files.readString(Path.of("..", "docs", "operations.md")).split("[\\s]+"))
                .contains(name);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    repeat(body, 1000000)                                 | the function repeat
                    space(year)                                           | the function space
                    sequence(1, year)                                     | the function sequence
                    array_repeat(body, year)                              | the function array_repeat
                    array_insert(xs, year, 1)                             | the function array_insert
                    format_string(body, 1)                                | the function format_string
                    levenshtein(body, title)                              | the function levenshtein
                    xpath_string(body, 'a')                               | the function xpath_string
                    from_xml(body, 'a STRING')                            | the function from_xml
                    lower(REPEAT(body, 3))                                | the function repeat
                    answer LIKE ANY ('a%', '%b')                          | like
                    lpad(body, year, ' ')                                 | to a length
                    rpad(body, 2000000000, ' ')                           | to a length
                    replace(body, 'a', title)                             | the function replace with
                    concat_ws(body, xs)                                   | the function concat_ws with
                    regexp_replace(body, 'a', title)                      | the function regexp_replace with
                    aggregate(xs, '', (all, x) -> concat(all, all, x))    | with a start that is no number
                    transform(xs, x -> concat(x, body))                   | the column body
                    transform(xs, x -> size(filter(x, y -> true)))        | within another
                    answer LIKE title                                     | no literal
                    date_format(seen, body)                               | the function date_format with
                    to_timestamp(body, title)                             | the function to_timestamp with
                    """)
    void whatOneRowCouldMakeCostly_isRefused(String sql, String found) {
        assertThat(RowExpressions.fault(sql))
                .hasValueSatisfying(fault -> assertThat(fault).contains(found).contains("stall the run"));
    }
}
