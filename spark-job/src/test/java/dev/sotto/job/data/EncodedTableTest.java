package dev.sotto.job.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sotto.core.batch.TokenBatch;
import dev.sotto.core.batch.TokenizerFiles;
import dev.sotto.core.privacy.RunKey;
import dev.sotto.core.privacy.SamplingKey;
import dev.sotto.job.LocalSpark;
import dev.sotto.job.config.DataSettings;
import dev.sotto.job.config.HandedOver;
import dev.sotto.job.config.Input;
import dev.sotto.job.config.PrivacyUnit;
import dev.sotto.job.config.TableFormat;
import dev.sotto.job.config.TableOrigin;
import dev.sotto.job.config.TableSource;
import dev.sotto.job.config.TableStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LocalSpark.class)
class EncodedTableTest {

    private static final PrivacyUnit BY_PERSON = new PrivacyUnit.Column("person", 2);
    private static final PrivacyUnit BY_ROW = new PrivacyUnit.Row();
    private static final SamplingKey KEY = RunKey.insecureSeed(11).samplingKey();

    @TempDir
    Path folder;

    private DataSettings data(PrivacyUnit unit, String... lines) throws IOException {
        Path file = Files.createTempFile(folder, "table", ".csv");
        Files.writeString(file, "person,message,label\n" + String.join("\n", lines) + "\n");
        return data(file, unit, "message");
    }

    private static DataSettings data(Path file, PrivacyUnit unit, String textColumn) {
        return data(
                new TableSource(file.toString(), TableFormat.CSV, Map.of(), Map.of(), null, null), unit, textColumn);
    }

    private static DataSettings data(TableOrigin table, PrivacyUnit unit, String textColumn) {
        return new DataSettings(
                table,
                new Input.Text(textColumn, null, 16),
                new DataSettings.Target.Classes("label", List.of("no", "yes")),
                unit,
                2,
                TableStorage.MEMORY_AND_DISK,
                null);
    }

    private static List<EncodedPartition> encode(SparkSession spark, DataSettings data) throws IOException {
        var encoding = new RowEncoding.Text(TokenizerFiles.read(vocabulary(), 16), false);
        try (var encoded = EncodedTable.encode(
                Table.open(spark, data),
                data,
                encoding,
                Encodings.labels(data.target()),
                KEY,
                UnaryOperator.identity())) {
            return encoded.partitions().collect();
        }
    }

    /** A BERT vocabulary of a few words. */
    private static Path vocabulary() throws IOException {
        Path folder = Files.createTempDirectory("vocabulary");
        Files.writeString(
                folder.resolve("vocab.txt"),
                "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n"
                        + IntStream.range(0, 100).mapToObj(i -> "word" + i).collect(Collectors.joining("\n")) + "\n");
        return folder;
    }

    /** The token after [CLS] of each row, with its unit's partition and place: enough to tell rows apart. */
    private static List<String> contents(List<EncodedPartition> partitions) {
        List<String> contents = new ArrayList<>();
        for (int p = 0; p < partitions.size(); p++) {
            EncodedPartition partition = partitions.get(p);
            for (int unit = 0; unit < partition.units(); unit++) {
                for (int row = partition.firstRow(unit); row < partition.firstRow(unit + 1); row++) {
                    var batch = (TokenBatch) partition.batch(new int[] {row}, partition.longest());
                    contents.add(p + ":" + unit + ":" + batch.ids()[1] + ":" + batch.labels()[0]);
                }
            }
        }
        return contents;
    }

    @Test
    void rowsOfAPerson_areOneUnitCutToTheCap(SparkSession spark) throws IOException {
        List<EncodedPartition> partitions =
                encode(spark, data(BY_PERSON, "a,word1,yes", "b,word2,no", "a,word3,no", "a,word4,yes", "c,word5,no"));

        List<Integer> rowsByUnit = partitions.stream()
                .flatMap(p -> IntStream.range(0, p.units()).mapToObj(unit -> p.firstRow(unit + 1) - p.firstRow(unit)))
                .sorted()
                .toList();
        assertThat(rowsByUnit).containsExactly(1, 1, 2);
    }

    /** Rows that a union made, which is no reading of a table. */
    private static DataSettings union(SparkSession spark, IntStream first, IntStream second) {
        List<Dataset<Row>> parts = Stream.of(first, second)
                .map(numbers -> spark.createDataset(numbers.boxed().toList(), Encoders.INT())
                        .selectExpr("concat('word', value) AS message", "if(value % 2 = 0, 'yes', 'no') AS label"))
                .toList();
        return data(new HandedOver(parts.get(0).union(parts.get(1)), "rows"), BY_ROW, "message");
    }

    /** By token and label: the number of the partition. */
    private static Map<String, String> places(List<EncodedPartition> partitions) {
        return contents(partitions).stream()
                .map(row -> row.split(":", 3))
                .collect(Collectors.toMap(row -> row[2], row -> row[0]));
    }

    @Test
    void rowThatAQueryMade_isWhereItsContentPutsItWhateverTheOthersAre(SparkSession spark) throws IOException {
        Map<String, String> fewer =
                places(encode(spark, union(spark, IntStream.range(0, 30), IntStream.range(30, 60))));
        Map<String, String> more = places(encode(spark, union(spark, IntStream.range(40, 90), IntStream.range(0, 40))));

        assertThat(more).hasSize(90).containsAllEntriesOf(fewer);
        assertThat(fewer).hasSize(60).containsValues("0", "1");
    }

    @Test
    void encodedTable_doesNotDependOnTheOrderOfRows(SparkSession spark) throws IOException {
        List<String> lines = new ArrayList<>(IntStream.range(0, 60)
                .mapToObj(i -> "p" + i % 13 + ",word" + i + "," + (i % 2 == 0 ? "yes" : "no"))
                .toList());
        List<String> inOrder = contents(encode(spark, data(BY_PERSON, lines.toArray(String[]::new))));
        Collections.shuffle(lines, new Random(1));
        List<String> shuffled = contents(encode(spark, data(BY_PERSON, lines.toArray(String[]::new))));

        assertThat(shuffled).isEqualTo(inOrder).hasSize(26);
    }

    private static long usableUnits(List<EncodedPartition> partitions) {
        return partitions.stream()
                .flatMap(p -> IntStream.range(0, p.units())
                        .filter(unit -> IntStream.range(p.firstRow(unit), p.firstRow(unit + 1))
                                .anyMatch(p::usable))
                        .boxed())
                .count();
    }

    @Test
    void rowThatTheTableWasNotDeclaredToHold_hasItsPlaceAndContributesNothing(SparkSession spark) throws IOException {
        List<EncodedPartition> partitions = encode(
                spark, data(BY_ROW, "a,word1,yes", "b,,no", "c,\"  \",no", "d,word2,secret-diagnosis", "e,word3,"));

        assertThat(partitions.stream().mapToInt(EncodedPartition::units).sum()).isEqualTo(5);
        assertThat(usableUnits(partitions)).isOne();
    }

    @Test
    void rowOfNobody_isLeftOut(SparkSession spark) throws IOException {
        List<EncodedPartition> partitions = encode(spark, data(BY_PERSON, "a,word1,yes", ",word2,no", ",word3,no"));

        assertThat(partitions.stream().mapToInt(EncodedPartition::units).sum()).isOne();
    }

    @Test
    void missingColumn_namesTheNearest(SparkSession spark) throws IOException {
        DataSettings data = data(BY_ROW, "a,word1,yes");
        DataSettings misspelt = data(Path.of(data.table().uri()), BY_ROW, "mesage");

        assertThatThrownBy(() -> Table.open(spark, misspelt))
                .hasMessageContaining("text-column: column mesage is not in the table")
                .hasMessageContaining("Did you mean message?");
    }

    @Test
    void missingTable_isNamed(SparkSession spark) {
        DataSettings data = data(folder.resolve("nowhere.csv"), BY_ROW, "message");

        assertThatThrownBy(() -> Table.open(spark, data))
                .hasMessageContaining("nowhere.csv")
                .hasMessageContaining("Nothing was read or charged");
    }

    /** As Java's text both names are one, and one person's rows would push out the other's. */
    @Test
    void namesOfPersonsThatAreNoText_staySeparate(SparkSession spark) {
        Dataset<Row> rows =
                spark.sql("SELECT CAST(unhex(name) AS STRING) AS person, 'word' || id AS text, 'yes' AS label"
                        + " FROM VALUES ('61FE'), ('61FF') AS t (name) CROSS JOIN range(6)");
        var data = new DataSettings(
                new HandedOver(rows, "rows"),
                new Input.Text("text", null, 16),
                new DataSettings.Target.Classes("label", List.of("no", "yes")),
                new PrivacyUnit.Column("person", 4),
                1,
                TableStorage.MEMORY_AND_DISK,
                null);
        Dataset<Row> placed = EncodedTable.placed(Table.open(spark, data), data.unit(), 1);

        assertThat(placed.mapPartitions(
                                new RowsOfUnit(4, RunKey.insecureSeed(5).samplingKey()), Encoders.row(placed.schema()))
                        .count())
                .isEqualTo(8);
    }
}
