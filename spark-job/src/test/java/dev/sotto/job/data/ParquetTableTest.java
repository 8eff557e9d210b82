package dev.sotto.job.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sotto.job.LocalSpark;
import dev.sotto.job.SottoException;
import dev.sotto.job.config.DataSettings;
import dev.sotto.job.config.Input;
import dev.sotto.job.config.PrivacyUnit;
import dev.sotto.job.config.TableFormat;
import dev.sotto.job.config.TableSource;
import dev.sotto.job.config.TableStorage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Parquet files as Python writes them: types that Spark does not know, Image columns of datasets, files that are none. */
@ExtendWith(LocalSpark.class)
class ParquetTableTest {

    private static final Path FAULTS = Path.of("src/test/resources/faults");
    private static final Path ODD = FAULTS.resolve("odd_types.parquet"); // by odd_types.py beside it
    private static final Input MESSAGE = new Input.Text("message", null, 16);

    @TempDir
    Path folder;

    private static TableSource source(Path file, Map<String, String> columns, @Nullable String where) {
        return new TableSource(file.toString(), TableFormat.PARQUET, Map.of(), columns, where, null);
    }

    private static Dataset<Row> kept(SparkSession spark, TableSource source, String... keep) {
        return Table.openToPredict(spark, source, MESSAGE, List.of(keep), ParquetTableTest::never)
                .selectExpr("kept.*");
    }

    private static DataSettings data(Input input, DataSettings.Target target) {
        return new DataSettings(
                source(ODD, Map.of(), null),
                input,
                target,
                new PrivacyUnit.Row(),
                2,
                TableStorage.MEMORY_AND_DISK,
                null);
    }

    @Test
    void columnsThatSparkDoesNotKnow_areLeftAloneWhereNobodyNeedsThem(SparkSession spark) {
        var target = new DataSettings.Target.Classes("answer", List.of("yes", "no"));

        assertThat(Table.open(spark, data(MESSAGE, target)).collectAsList())
                .extracting(row -> row.getString(0) + row.getString(1))
                .containsExactlyInAnyOrder("oneyes", "twono", "threeyes");
    }

    @ParameterizedTest
    @CsvSource({
        "half, float16, astype('float32')",
        "micros_of_day, times of day, astype(str)",
        "nanos_of_day, times of day, astype(str)",
        "nested, nanoseconds within, nanosAsLong",
        "wide, 'DECIMAL(60,0)', Write it in another",
        "twice, there twice, Rename one"
    })
    void columnThatIsNeeded_isNamedWithItsTypeAndTheWayOut(
            String column, String type, String wayOut, SparkSession spark) {
        for (TableSource source : List.of(
                source(ODD, Map.of("made", "cast(" + column + " as string)"), null),
                source(ODD, Map.of(), column + " is not null"))) {
            assertThatThrownBy(() -> kept(spark, source, "answer"))
                    .isInstanceOf(SottoException.class)
                    .hasMessageContainingAll(column, type, wayOut);
        }
        assertThatThrownBy(() -> kept(spark, source(ODD, Map.of(), null), column))
                .hasMessageContainingAll(column, type, wayOut);
    }

    private static void never(String leftOut) {
        throw new AssertionError(leftOut);
    }

    @Test
    void columnsThatNobodyNamed_areLeftOut_andThatIsTold(SparkSession spark) {
        List<String> told = new ArrayList<>();
        Dataset<Row> rows = Table.openToPredict(spark, source(ODD, Map.of(), null), MESSAGE, null, told::add);

        assertThat(rows.collectAsList()).hasSize(3);
        assertThat(rows.selectExpr("kept.*").columns())
                .contains("message", "answer", "instant")
                .doesNotContain("half", "wide", "nested");
        assertThat(told)
                .anySatisfy(sentence ->
                        assertThat(sentence).contains("Column half is left out", "float16", "astype('float32')"))
                .noneSatisfy(sentence -> assertThat(sentence).contains("message"));
    }

    @Test
    void columnOfNanosecondsInOneFileAlone_isNamedWithTheOther_orLeftOut(SparkSession spark) throws IOException {
        Path table = Files.createDirectory(folder.resolve("several"));
        Files.copy(ODD, table.resolve("1.parquet"));
        spark.sql("select 'four' message, 'yes' answer, timestamp_micros(1700000000123456) instant")
                .coalesce(1)
                .write()
                .option("compression", "none")
                .parquet(folder.resolve("other").toString());
        try (Stream<Path> files = Files.list(folder.resolve("other"))) {
            Path written = files.filter(file -> file.toString().endsWith(".parquet"))
                    .findFirst()
                    .orElseThrow();
            Files.copy(written, table.resolve("2.parquet"));
        }
        TableSource source = source(table, Map.of(), null);

        assertThatThrownBy(() -> kept(spark, source, "instant"))
                .isInstanceOf(SottoException.class)
                .hasMessageContainingAll("instant", "NANOS", "2.parquet", "alike in all files");
        assertThat(kept(spark, source, "answer").collectAsList()).hasSize(4);
    }

    @Test
    void nanoseconds_areTimestampsCutToMicroseconds(SparkSession spark) {
        Dataset<Row> times = kept(spark, source(ODD, Map.of(), null), "instant", "local");

        assertThat(times.schema().simpleString()).isEqualTo("struct<instant:timestamp,local:timestamp_ntz>");
        List<Row> micros = times.selectExpr(
                        "unix_micros(instant)", "unix_micros(cast(concat(cast(local as string), 'Z') as timestamp))")
                .collectAsList();
        for (int column : new int[] {0, 1}) {
            assertThat(micros)
                    .extracting(row -> row.getLong(column))
                    .containsExactlyInAnyOrder(0L, -1L, 1700000000123456L); // downwards, so that order stays
        }
    }

    @Test
    void imageOfDatasets_isItsBytes(SparkSession spark) {
        TableSource source = source(FAULTS.resolve("datasets_image.parquet"), Map.of(), null);

        Dataset<Row> rows =
                Table.openToPredict(spark, source, new Input.Image("image", null), null, ParquetTableTest::never);

        assertThat(rows.select(Table.IMAGE).collectAsList()).isNotEmpty().allSatisfy(row -> assertThat(
                        ImageIO.read(new ByteArrayInputStream(row.<byte[]>getAs(0))))
                .isNotNull());
        assertThat(rows.selectExpr("kept.*").columns()).as("bytes are not kept").doesNotContain("image");
    }

    @Test
    void listsOfWholeNumbers_areLabelsAsTheyAreWritten(SparkSession spark) {
        Dataset<Row> rows =
                Table.open(spark, data(MESSAGE, new DataSettings.Target.LabelSet("tags", List.of("0", "1"))));

        assertThat(rows.selectExpr("array_join(label, ' ')").collectAsList())
                .extracting(row -> row.getString(0))
                .containsExactlyInAnyOrder("0 1", "1", "");
        assertThatThrownBy(() -> Table.open(
                        spark, data(MESSAGE, new DataSettings.Target.LabelSet("tags", List.of("O", "B-NAME")))))
                .hasMessageContainingAll("array<bigint>", "no row could ever hold O", "labels: 0=O,1=B-NAME");
        var words = new DataSettings.Target.WordClasses("tags", List.of("0", "1"));
        assertThatThrownBy(() -> Table.open(spark, data(new Input.Words("tags", 16), words)))
                .hasMessageContaining("cast(tags as array<string>)");
    }

    @Test
    void filesThatAreNone_areNamedWithWhatTheyAre(SparkSession spark) throws IOException {
        byte[] whole = Files.readAllBytes(ODD);
        byte[] footer = whole.clone();
        Arrays.fill(footer, whole.length - 300, whole.length - 8, (byte) 0x77);
        for (var found : Map.of(
                        new byte[0],
                        "is empty",
                        Arrays.copyOf(whole, 900),
                        "is cut off",
                        "id,message\n1,secret\n".getBytes(StandardCharsets.UTF_8),
                        "is no Parquet file",
                        footer,
                        "is damaged")
                .entrySet()) {
            Path file = Files.write(folder.resolve("t.parquet"), found.getKey());

            assertThatThrownBy(() -> kept(spark, source(file, Map.of(), null), "message"))
                    .isInstanceOf(SottoException.class)
                    .hasMessageContainingAll(file.toString(), found.getValue(), "Nothing was read or charged")
                    .extracting(Throwable::getMessage)
                    .asString()
                    .doesNotContain("awaitResult", "secret", "[");
        }
    }
}
