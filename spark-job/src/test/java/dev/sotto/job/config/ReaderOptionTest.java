package dev.sotto.job.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ReaderOptionTest {

    @ParameterizedTest
    @CsvSource({
        "JSON, prefersDecimal, true",
        "JSON, inferTimestamp, true",
        "JSON, primitivesAsString, false",
        "JSON, samplingRatio, 0.1",
        "JSON, dropFieldIfAllNull, true",
        "JSON, columnNameOfCorruptRecord, x",
        "JSON, multiLine, true",
        "JSON, mode, FAILFAST",
        "JSON, mode, DROPMALFORMED",
        "CSV, inferSchema, true",
        "CSV, multiLine, TRUE",
        "CSV, MODE, failfast",
        "CSV, quote, ab",
        "CSV, lineSep, ''",
        "CSV, encoding, UTF-16",
        "CSV, enforceSchema, false",
        "CSV, unescapedQuoteHandling, RAISE_ERROR",
        "CSV, maxColumns, 2",
        "TSV, comment, p",
        "TSV, wholetext, true",
        "PARQUET, datetimeRebaseMode, EXCEPTION",
        "PARQUET, ignoreCorruptFiles, true",
        "PARQUET, modifiedAfter, 2025-01-01T00:00:00",
        "ORC, ignoreMissingFiles, true",
        "AVRO, avroSchema, {}",
        "AVRO, mode, FAILFAST",
        "BINARYFILE, modifiedBefore, 2025-01-01T00:00:00",
        "CATALOG, mode, FAILFAST",
        "CATALOG, anything, 1",
        "JDBC, sessionInitStatement, x",
        "JDBC, customSchema, message INT",
        "JDBC, pushDownPredicate, true",
        "JDBC, pushDownTableSample, true",
        "JDBC, hint, x",
        "JDBC, query, x"
    })
    void optionByWhichRowsCouldTouch_isRefusedWithWhatTheFormatTakes(TableFormat format, String name, String value) {
        assertThat(ReaderOption.fault(format, name, value)).hasValueSatisfying(fault -> assertThat(fault)
                .startsWith(name)
                .contains("one row might change how others are read")
                .contains(format.name().toLowerCase(Locale.ROOT) + " takes "));
    }

    @ParameterizedTest
    @CsvSource({
        "CSV, SEP, ;",
        "CSV, delimiter, ;",
        "CSV, sep, \\t",
        "CSV, quote, ''",
        "CSV, charset, iso-8859-1",
        "CSV, mode, permissive",
        "JSON, multiline, false",
        "PARQUET, mergeSchema, true",
        "CATALOG, snapshot-id, 7",
        "JDBC, partitioncolumn, id"
    })
    void optionThatLeavesRowsApart_isLetThrough(TableFormat format, String name, String value) {
        assertThat(ReaderOption.fault(format, name, value)).isEmpty();
    }

    @Test
    void refusal_namesTheWayOutAndNotTheValue() {
        assertThat(ReaderOption.fault(TableFormat.CSV, "multiLine", "true"))
                .hasValueSatisfying(fault -> assertThat(fault).contains("multiLine takes only false", "sotto convert"));
        assertThat(ReaderOption.fault(TableFormat.CSV, "inferSchema", "true"))
                .hasValueSatisfying(fault -> assertThat(fault).contains("schema declares types"));
        assertThat(ReaderOption.fault(TableFormat.JDBC, "oddPassword", "sesame"))
                .hasValueSatisfying(fault -> assertThat(fault).doesNotContain("sesame"));
    }

    static Stream<ReaderOption> all() {
        return Arrays.stream(TableFormat.values()).flatMap(format -> ReaderOption.of(format).stream());
    }

    @ParameterizedTest
    @MethodSource("all")
    void everyOption_saysWhyRowsStayApart(ReaderOption option) {
        assertThat(option.reason()).isNotBlank();
    }
}
