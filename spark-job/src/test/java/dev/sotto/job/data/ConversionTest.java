package dev.sotto.job.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sotto.job.ExitCode;
import dev.sotto.job.LocalSpark;
import dev.sotto.job.SottoException;
import dev.sotto.job.config.Input;
import dev.sotto.job.config.TableFormat;
import dev.sotto.job.config.TableSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LocalSpark.class)
class ConversionTest {

    /** Quotes, doubled quotes and a line break in quotes, as pandas writes them: {@code to_csv(sep="\t", index=False)}. */
    private static final String NOTES = "src/test/resources/faults/notes.tsv";

    @TempDir
    Path folder;

    private List<Row> rows(SparkSession spark, String output) {
        return spark.read().parquet(output).collectAsList();
    }

    @Test
    void quotedLineBreaks_becomeRowsWithQuotesUndone(SparkSession spark) {
        String output = folder.resolve("notes.parquet").toString();

        Conversion.Converted made = Conversion.run(spark, NOTES, TableFormat.TSV, Map.of(), null, output);

        assertThat(made).isEqualTo(new Conversion.Converted(output, 6, 1));
        assertThat(rows(spark, output).stream().map(row -> row.<String>getAs("note")))
                .containsExactlyInAnyOrder(
                        "plain text here",
                        "she said \"it hurts\" twice",
                        "\"late again\" was all he wrote",
                        "first line\nsecond line of the same note",
                        "a back\\slash and c:\\temp\\new",
                        "last one, fine");
        var source = new TableSource(output, TableFormat.PARQUET, Map.of(), Map.of(), null, null);
        assertThat(Table.openToPredict(spark, source, new Input.Text("note", null, 16), List.of("mood"), leftOut -> {})
                        .count())
                .isEqualTo(6);
    }

    @Test
    void unconvertedNotes_areRefusedWithTheWayOut(SparkSession spark) {
        var source = new TableSource(NOTES, TableFormat.TSV, Map.of(), Map.of(), null, null);

        assertThatThrownBy(
                        () -> Table.openToPredict(spark, source, new Input.Text("note", null, 16), null, leftOut -> {})
                                .collectAsList())
                .hasStackTraceContaining("sotto convert");
    }

    @Test
    void objectsOverSeveralLines_becomeRows(SparkSession spark) throws IOException {
        Path json = Files.writeString(
                folder.resolve("t.json"),
                """
                [
                {"message": "a",
                 "n": 1.50},
                {"message": "b", "n": 1}
                ]
                """);
        String output = folder.resolve("t.parquet").toString();

        Conversion.run(spark, json.toString(), TableFormat.JSON, Map.of(), "message STRING, n DECIMAL(5,2)", output);

        assertThat(rows(spark, output).stream().map(row -> row.get(0) + " " + row.get(1)))
                .containsExactlyInAnyOrder("a 1.50", "b 1.00");
    }

    @Test
    void whatNeedsNoConversion_isRefused(SparkSession spark) {
        assertThatThrownBy(() -> Conversion.run(spark, "t.parquet", TableFormat.PARQUET, Map.of(), null, "out"))
                .hasMessageContaining("Only csv, tsv and json")
                .extracting(error -> ((SottoException) error).exitCode())
                .isEqualTo(ExitCode.SETTINGS);
    }
}
