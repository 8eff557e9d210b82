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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows that are declared public are all rows of some persons, or the run is refused. */
@ExtendWith(LocalSpark.class)
class WholeUnitsTest {
    private static final Map<String, String> COLUMNS = Map.of(
            "tenth",
            "pmod(xxhash64(patient), 10)",
            "initial",
            "substr(patient, 1, 1)",
            "decade",
            "year - year % 10",
            "person",
            "lower(patient)");

    private static Faults faults(SparkSession spark, String condition, @Nullable String unit) {
        Dataset<Row> table = spark.sql("SELECT 'P1' AS patient, 2025 AS year, 'a' AS message");
        var source = new TableSource("t", TableFormat.PARQUET, Map.of(), COLUMNS, null, condition);
        Faults faults = new Faults();
        RowExpressions.apply(table, source, unit, faults);
        return faults;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pmod(xxhash64(patient), 10) = 0",
                "tenth = 0",
                "initial = 'P' AND patient <> 'P7' OR tenth IN (1, 2)",
                "PATIENT LIKE '%0'"
            })
    void conditionOnThePersonsColumn_isAllowed(String condition, SparkSession spark) {
        assertThat(faults(spark, condition, "patient").list()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "year = 2025",
                "decade = 2020",
                "tenth = 0 AND year = 2025",
                "pmod(xxhash64(patient, year), 10) = 0",
                "xxhash64(*) % 2 = 0",
                "exists(array(1), x -> x = year)"
            })
    void conditionThatCutsThroughPersons_isRefusedWithWhatToWrite(String condition, SparkSession spark) {
        assertThat(faults(spark, condition, "patient").list())
                .singleElement()
                .asString()
                .contains("eval-where", "other columns than patient", "pmod(xxhash64(patient), 10) = 0");
        assertThat(faults(spark, condition, null).list())
                .as("each row for itself")
                .isEmpty();
    }

    /** 'P1' and 'p1' are one person here, of whom a condition on the column itself could take half. */
    @ParameterizedTest
    @ValueSource(strings = {"patient = 'P1'", "initial = 'P'"})
    void columnThatTellsMoreThanThePerson_isRefused(String condition, SparkSession spark) {
        assertThat(faults(spark, condition, "person").list()).hasSize(1);
        assertThat(faults(spark, "person = 'p1'", "person").list()).isEmpty();
    }
}
