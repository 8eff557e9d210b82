package dev.sotto.job.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sotto.job.LocalSpark;
import dev.sotto.job.config.DataSettings;
import dev.sotto.job.config.Input;
import dev.sotto.job.config.PrivacyUnit;
import dev.sotto.job.config.TableFormat;
import dev.sotto.job.config.TableSource;
import dev.sotto.job.config.TableStorage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of lines as people and programs write them. */
@ExtendWith(LocalSpark.class)
class LineTableTest {

    @TempDir
    Path folder;

    private Path write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private static TableSource source(
            Path path, TableFormat format, Map<String, String> options, @Nullable String schema) {
        return new TableSource(path.toString(), format, options, schema, Map.of(), null, null);
    }

    private static Dataset<Row> open(SparkSession spark, TableSource source) {
        var data = new DataSettings(
                source,
                new Input.Text("message", null, 16),
                new DataSettings.Target.Classes("label", List.of("no", "yes")),
                new PrivacyUnit.Row(),
                2,
                TableStorage.MEMORY_AND_DISK,
                null);
        return Table.open(spark, data);
    }

    private static List<String> rows(SparkSession spark, TableSource source) {
        return open(spark, source).collectAsList().stream()
                .map(row -> row.get(0) + "|" + row.get(1))
                .map(row -> row.substring(0, Math.min(100, row.length())))
                .sorted()
                .toList();
    }

    private List<String> predicted(SparkSession spark, TableSource source, @Nullable List<String> keep) {
        return Table.openToPredict(spark, source, new Input.Text("message", null, 16), keep, leftOut -> {})
                .collectAsList()
                .stream()
                .map(row -> row.getStruct(0).json())
                .sorted()
                .toList();
    }

    /** Spark keeps rows near to where they were read: one task for all of them would leave the other slots with none. */
    @Test
    void smallTable_isReadByAllSlots(SparkSession spark) throws IOException {
        write("table.csv", "message,label\n" + "a word,no\n".repeat(5_000));
        Dataset<Row> table = open(spark, source(folder.resolve("table.csv"), TableFormat.CSV, Map.of(), null));

        int slots = spark.sparkContext().defaultParallelism();
        assertThat(table.javaRDD().getNumPartitions()).isGreaterThanOrEqualTo(slots);
        assertThat(table.count()).isEqualTo(5_000);
    }

    @Test
    void quotedSeparator_isText(SparkSession spark) throws IOException {
        Path csv = write("t.csv", "message,label\n\"a, \"\"b\"\"\",yes\n\nc,no\r\n");

        assertThat(rows(spark, source(csv, TableFormat.CSV, Map.of(), null))).containsExactly("a, \"b\"|yes", "c|no");
    }

    @Test
    void quoteThatIsNotClosed_endsWithItsLine(SparkSession spark) throws IOException {
        Path csv = write("t.csv", "message,label\n\"a,yes\nb,no\nc\",yes\n");

        assertThat(rows(spark, source(csv, TableFormat.CSV, Map.of(), null)))
                .containsExactly("b|no", "c\"|yes", "null|null");
    }

    @Test
    void quotedLineBreak_isToldWithTheWayOutWhereItMayBe(SparkSession spark) throws IOException {
        Path tsv = write("t.tsv", "message\tlabel\n\"first\nsecond\"\tyes\n");

        assertThatThrownBy(() -> predicted(spark, source(tsv, TableFormat.TSV, Map.of(), null), null))
                .hasStackTraceContaining("a quote that is not closed")
                .hasStackTraceContaining("sotto convert");
        Path json = write("t.json", "{\n\"message\": \"a\"\n}\n");
        assertThatThrownBy(() -> predicted(spark, source(json, TableFormat.JSON, Map.of(), null), List.of("label")))
                .hasStackTraceContaining("not one JSON object")
                .hasStackTraceContaining("sotto convert");
    }

    @Test
    void filesOfTheSameHeader_areOneTable(SparkSession spark) throws IOException {
        write("t.csv/a.csv", "\ufeffmessage,label\na,yes\n");
        write("t.csv/b.csv", "message,label\r\nb,no\r\n");
        write("t.csv/empty.csv", "");
        try (OutputStream packed = new GZIPOutputStream(Files.newOutputStream(folder.resolve("t.csv/c.csv.gz")))) {
            packed.write("\nmessage,label\nc,yes\n".getBytes(StandardCharsets.UTF_8));
        }

        assertThat(rows(spark, source(folder.resolve("t.csv"), TableFormat.CSV, Map.of(), null)))
                .containsExactly("a|yes", "b|no", "c|yes");
    }

    @Test
    void filesOfDifferentHeaders_areRefusedWithoutShowingARow(SparkSession spark) throws IOException {
        for (String other : List.of("label,message\nyes,secret\n", "secret,yes\n")) {
            write("t.csv/a.csv", "message,label\na,yes\n");
            write("t.csv/b.csv", other);

            assertThatThrownBy(() -> rows(spark, source(folder.resolve("t.csv"), TableFormat.CSV, Map.of(), null)))
                    .hasMessageContaining("begin with different lines")
                    .hasMessageNotContaining("secret");
        }
    }

    @Test
    void columnsWithoutAHeader_areDeclared(SparkSession spark) throws IOException {
        Path csv = write("t.csv", "a,yes\nb,no\n");

        assertThatThrownBy(() -> rows(spark, source(csv, TableFormat.CSV, Map.of("header", "false"), null)))
                .hasMessageContaining("Declare them with schema");
        assertThat(rows(spark, source(csv, TableFormat.CSV, Map.of("header", "false"), "message STRING, label STRING")))
                .containsExactly("a|yes", "b|no");
    }

    @Test
    void declaredType_holdsForEachRowByItself(SparkSession spark) throws IOException {
        Path csv = write("t.csv", "id,message,label\n7,a,yes\nx,b,no\n8.5,c,no\n");
        Path json = write(
                "t.json",
                """
                {"id": 7, "tags": [1, 2], "place": {"city": "Aix"}, "message": "a", "label": "yes"}
                {"id": "x", "tags": 3, "place": [1], "message": "b", "label": "no"}
                """);

        assertThat(predicted(spark, source(csv, TableFormat.CSV, Map.of(), "id BIGINT"), List.of("id")))
                .containsExactly("{\"id\":7}", "{\"id\":8}", "{\"id\":null}");
        assertThat(predicted(
                        spark,
                        source(json, TableFormat.JSON, Map.of(), "id INT, tags ARRAY<INT>, place STRUCT<city: STRING>"),
                        List.of("id", "tags", "place")))
                .containsExactly(
                        "{\"id\":7,\"tags\":[1,2],\"place\":{\"city\":\"Aix\"}}",
                        "{\"id\":null,\"tags\":null,\"place\":{\"city\":null}}");
        assertThatThrownBy(() -> rows(spark, source(csv, TableFormat.CSV, Map.of(), "year INT")))
                .hasMessageContaining("declares a column year");
    }

    @Test
    void jsonColumnsOfPredictions_areThoseThatRowsHave(SparkSession spark) throws IOException {
        Path json = write("t.json", "{\"message\": \"a\", \"n\": 1.50, \"tags\": [\"x\"]}\n{\"message\": \"b\"}\n");

        assertThat(predicted(spark, source(json, TableFormat.JSON, Map.of(), null), null))
                .containsExactly(
                        "{\"message\":\"a\",\"n\":\"1.50\",\"tags\":[\"x\"]}",
                        "{\"message\":\"b\",\"n\":null,\"tags\":null}");
    }

    @Test
    void encoding_isThatOfEachLine(SparkSession spark) throws IOException {
        Path csv = folder.resolve("t.csv");
        Files.write(csv, "message,label\nfièvre,yes\n".getBytes(Charset.forName("windows-1252")));

        assertThat(rows(spark, source(csv, TableFormat.CSV, Map.of("encoding", "windows-1252"), null)))
                .containsExactly("fièvre|yes");
    }

    @Test
    void nameOfAFolder_isAColumn(SparkSession spark) throws IOException {
        write("t.csv/label=yes/a.csv", "message\na\n");
        write("t.csv/label=no/b.csv", "message\nb\n");

        assertThat(rows(spark, source(folder.resolve("t.csv"), TableFormat.CSV, Map.of(), null)))
                .containsExactly("a|yes", "b|no");
    }

    @Test
    void lineBeyondTheLimit_isNoRecord(SparkSession spark) throws IOException {
        Path csv = folder.resolve("t.csv");
        try (OutputStream out = Files.newOutputStream(csv)) {
            out.write("message,label\na,yes\n".getBytes(StandardCharsets.UTF_8));
            byte[] mebibyte = "x".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);
            for (int times : new int[] {100, 40, 33}) { // wherever tasks' parts of the file end
                for (int i = 0; i < times; i++) {
                    out.write(mebibyte);
                }
                out.write((",no\nb" + times + ",no\n").getBytes(StandardCharsets.UTF_8));
            }
        }

        assertThat(rows(spark, source(csv, TableFormat.CSV, Map.of(), null)))
                .containsExactly("a|yes", "b100|no", "b33|no", "b40|no");
    }

    @Test
    void compressedFiles_areReadWithTheNamesOfTheirFolders(SparkSession spark) throws IOException {
        write("t.csv/label=yes/a.csv", "message\na\n");
        Files.createDirectories(folder.resolve("t.csv/label=no"));
        try (OutputStream packed =
                new GZIPOutputStream(Files.newOutputStream(folder.resolve("t.csv/label=no/b.csv.gz")))) {
            packed.write("\ufeffmessage\r\nb\r\n\r\nc".getBytes(StandardCharsets.UTF_8));
        }

        assertThat(rows(spark, source(folder.resolve("t.csv"), TableFormat.CSV, Map.of(), null)))
                .containsExactly("a|yes", "b|no", "c|no");
    }

    /** Of millions of digits Java makes a number in hours. */
    @Test
    @Timeout(60)
    void numberOfMillionsOfDigits_isNullInItsRow(SparkSession spark) throws IOException {
        String digits = "7".repeat(2_000_000);
        Path csv = write("t.csv", "message,label,n\na,yes,7\nb,no," + digits + "\n");
        Path json = write(
                "t.json",
                "{\"message\": \"a\", \"n\": [7], \"s\": {\"n\": 7}}\n{\"message\": \"b\", \"n\": [\"" + digits
                        + "\"], \"s\": {\"n\": \"" + digits + "\"}}\n");

        assertThat(predicted(spark, source(csv, TableFormat.CSV, Map.of(), "n DECIMAL(10,2)"), List.of("n")))
                .containsExactly("{\"n\":7.00}", "{\"n\":null}");
        assertThat(predicted(
                        spark,
                        source(json, TableFormat.JSON, Map.of(), "n ARRAY<DECIMAL(10,2)>, s STRUCT<n: DECIMAL(10,2)>"),
                        List.of("n", "s")))
                .containsExactly("{\"n\":[7.00],\"s\":{\"n\":7.00}}", "{\"n\":[null],\"s\":null}");
    }

    /** As Java's objects it would be gigabytes. */
    @Test
    void listOfMillions_isNull(SparkSession spark) throws IOException {
        Path json = write(
                "t.json",
                "{\"message\": \"a\", \"label\": \"yes\", \"tags\": [\"x\"]}\n{\"message\": \"b\", \"tags\": ["
                        + "0,".repeat(2_000_000) + "0], \"label\": \"no\"}\n");

        assertThat(predicted(
                        spark,
                        source(json, TableFormat.JSON, Map.of(), "tags ARRAY<STRING>"),
                        List.of("tags", "label")))
                .containsExactly("{\"tags\":[\"x\"],\"label\":\"yes\"}", "{\"tags\":null,\"label\":\"no\"}");
    }

    @Test
    void listDeclaredOfSeparatedFields_isReadAsJson(SparkSession spark) throws IOException {
        Path csv = write("t.csv", "message;label;n\na;yes;[1, 2]\nb;no;x\n");

        assertThat(predicted(spark, source(csv, TableFormat.CSV, Map.of("sep", ";"), "n ARRAY<INT>"), List.of("n")))
                .containsExactly("{\"n\":[1,2]}", "{\"n\":null}");
    }

    @Test
    void timeOfDay_isNoTimestampOfToday(SparkSession spark) throws IOException {
        Path csv = write("t.csv", "message,label,t\na,yes,2025-01-01 10:30\nb,no,10:30\nc,no,T10:30:00\n");

        assertThat(predicted(spark, source(csv, TableFormat.CSV, Map.of(), "t TIMESTAMP"), List.of("t")))
                .containsExactly("{\"t\":\"2025-01-01 10:30:00\"}", "{\"t\":null}", "{\"t\":null}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "VOID",
                "INTERVAL",
                "TIME",
                "VARIANT",
                "MAP<INT,STRING>",
                "ARRAY<TIME(3)>",
                "STRUCT<a: TIMESTAMP>"
            })
    void typeThatNoLineIsReadAs_isRefusedBeforeSparkStarts(String type) {
        assertThat(LineTable.faultOfSchema("a STRING, n " + type))
                .hasValueSatisfying(fault ->
                        assertThat(fault).startsWith("n: no line is read as").contains("Declare"));
    }

    @Test
    void metadataColumns_areRefusedByName(SparkSession spark) throws IOException {
        Path csv = write("t.csv", "message,label\na,yes\n");
        Path json = write("t.json", "{\"message\": \"a\", \"label\": \"yes\"}\n");
        for (String hidden : List.of("_metadata.row_index < 3", "_METADATA IS NULL")) {
            for (Path file : List.of(csv, json)) {
                var source = new TableSource(
                        file.toString(),
                        file.equals(csv) ? TableFormat.CSV : TableFormat.JSON,
                        Map.of(),
                        Map.of(),
                        hidden,
                        null);
                assertThatThrownBy(() -> rows(spark, source)).hasMessageContaining("the metadata column _metadata");
            }
        }
    }

    @Test
    void namesOfColumns_areAsSparkGivesThem(SparkSession spark) throws IOException {
        Path csv = write("t.csv", ",message,x,X\n0,a,1,2\n");

        assertThat(predicted(spark, source(csv, TableFormat.CSV, Map.of(), null), null))
                .containsExactly("{\"_c0\":\"0\",\"message\":\"a\",\"x2\":\"1\",\"X3\":\"2\"}");
    }
}
