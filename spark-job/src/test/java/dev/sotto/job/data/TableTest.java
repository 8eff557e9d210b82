package dev.sotto.job.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sotto.core.batch.ImageBatch;
import dev.sotto.core.batch.ImageSettings;
import dev.sotto.core.privacy.RunKey;
import dev.sotto.job.LocalSpark;
import dev.sotto.job.config.DataSettings;
import dev.sotto.job.config.Input;
import dev.sotto.job.config.PrivacyUnit;
import dev.sotto.job.config.TableFormat;
import dev.sotto.job.config.TableSource;
import dev.sotto.job.config.TableStorage;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import javax.imageio.ImageIO;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tables as real files: folders of images, paths of images, derived columns, and rows that are left out. */
@ExtendWith(LocalSpark.class)
class TableTest {

    private static final ImageSettings SETTINGS = ImageSettings.TORCHVISION.withImageSize(32);
    private static final RowEncoding IMAGES = new RowEncoding.Image(SETTINGS);

    @TempDir
    Path folder;

    /** One colour a class: red cats, blue dogs; five of each, in a folder of their own. */
    private Path images() throws IOException {
        Path root = Files.createDirectories(folder.resolve("images"));
        for (int i = 0; i < 10; i++) {
            image(root.resolve(i % 2 == 0 ? "cat" : "dog").resolve(i + ".png"), i % 2 == 0 ? 0xFF0000 : 0x0000FF);
        }
        return root;
    }

    private static void image(Path file, int rgb) throws IOException {
        Files.createDirectories(file.getParent());
        var image = new BufferedImage(40, 40, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 40 * 40; i++) {
            image.setRGB(i % 40, i / 40, rgb);
        }
        ImageIO.write(image, "png", file.toFile());
    }

    private static TableSource source(
            Path path, TableFormat format, Map<String, String> columns, @Nullable String where) {
        return new TableSource(path.toString(), format, Map.of(), columns, where, null);
    }

    private static DataSettings data(TableSource source, Input input) {
        var target = new DataSettings.Target.Classes("label", List.of("cat", "dog"));
        return new DataSettings(source, input, target, new PrivacyUnit.Row(), 2, TableStorage.MEMORY_ONLY, null);
    }

    /** How many usable rows of each class there are, and whether each shows its class's colour. */
    private static Map<String, Integer> usable(SparkSession spark, DataSettings data) {
        Map<String, Integer> found = new TreeMap<>();
        for (EncodedPartition partition : encode(spark, data)) {
            for (int row = 0; row < partition.firstRow(partition.units()); row++) {
                if (partition.usable(row)) {
                    var batch = (ImageBatch) partition.batch(new int[] {row}, 1);
                    float red = batch.pixels()[0];
                    float blue = batch.pixels()[2 * 32 * 32];
                    boolean isCat = batch.labels()[0] == 0;
                    assertThat(red > blue).as("a cat is red").isEqualTo(isCat);
                    found.merge(isCat ? "cat" : "dog", 1, Integer::sum);
                }
            }
        }
        return found;
    }

    private static List<EncodedPartition> encode(SparkSession spark, DataSettings data) {
        try (var encoded = EncodedTable.encode(
                Table.open(spark, data),
                data,
                IMAGES,
                Encodings.labels(data.target()),
                RunKey.insecureSeed(1).samplingKey(),
                UnaryOperator.identity())) {
            return encoded.partitions().collect();
        }
    }

    private static List<String> column(SparkSession spark, TableSource source, String text) {
        DataSettings data = data(source, new Input.Text(text, null, 16));
        return Table.open(spark, data).select(Table.TEXT).collectAsList().stream()
                .map((Row row) -> String.valueOf(row.get(0)))
                .sorted()
                .toList();
    }

    @Test
    void folderOfImages_isATableWithTheFoldersAsLabels(SparkSession spark) throws IOException {
        TableSource source =
                source(images(), TableFormat.BINARYFILE, Map.of("label", "element_at(split(path, '/'), -2)"), null);

        assertThat(usable(spark, data(source, new Input.Image("content", null))))
                .isEqualTo(Map.of("cat", 5, "dog", 5));
    }

    @Test
    void condition_seesDerivedColumns(SparkSession spark) throws IOException {
        TableSource source = source(
                images(),
                TableFormat.BINARYFILE,
                Map.of(
                        "label",
                        "element_at(split(path, '/'), -2)",
                        "number",
                        "regexp_extract(path, '([0-9]+)[.]png', 1)"),
                "number < 4");

        assertThat(usable(spark, data(source, new Input.Image("content", null))))
                .isEqualTo(Map.of("cat", 2, "dog", 2));
    }

    @Test
    void pathsOfImages_areReadOnTheExecutors(SparkSession spark) throws IOException {
        Path root = images();
        Path csv = folder.resolve("paths.csv");
        Files.writeString(csv, "file,label\n" + root + "/cat/0.png,cat\nfile:" + root + "/dog/1.png,dog\n");

        assertThat(usable(spark, data(source(csv, TableFormat.CSV, Map.of(), null), file())))
                .isEqualTo(Map.of("cat", 1, "dog", 1));
    }

    private static Input file() {
        return new Input.Image("file", null);
    }

    @Test
    @Timeout(60) // nobody answers at 192.0.2.1, and nobody writes into the pipe
    void imageThatCannotBeRead_isABadRowAndNoCrash(SparkSession spark) throws Exception {
        Path root = images();
        Files.writeString(root.resolve("torn.png"), "no image");
        assertThat(new ProcessBuilder("mkfifo", root + "/pipe.png").start().waitFor())
                .isZero();
        List<String> rows = new ArrayList<>(List.of("file,label", root + "/cat/0.png,cat"));
        for (String bad : new String[] {
            root + "/torn.png",
            root + "/none.png",
            root.toString(),
            "cat/0.png",
            "nostore://x/y.png",
            "a:b:c",
            "\"\"",
            "hdfs://192.0.2.1:8020/x.png",
            "//192.0.2.1/x.png",
            root + "/pipe.png",
            "/dev/zero",
            root + "/" + "x".repeat(2000)
        }) {
            rows.add(bad + ",dog");
        }
        Path csv = folder.resolve("paths.csv");
        Files.write(csv, rows);
        TableSource source = source(csv, TableFormat.CSV, Map.of(), null);

        assertThat(usable(spark, data(source, file()))).isEqualTo(Map.of("cat", 1));
    }

    @Test
    void partitionOfFewImages_holdsTheirBytesAndNotMore(SparkSession spark) throws IOException {
        TableSource source =
                source(images(), TableFormat.BINARYFILE, Map.of("label", "element_at(split(path, '/'), -2)"), null);

        long bytes = encode(spark, data(source, new Input.Image("content", null))).stream()
                .mapToLong(EncodedPartition::estimatedSize)
                .sum();

        assertThat(bytes).isBetween(10L * 3 * 32 * 32, 11L * 3 * 32 * 32);
    }

    @Test
    void valueThatCannotBeComputed_isNullInItsRowAndNoCrash(SparkSession spark) throws IOException {
        Path csv = folder.resolve("t.csv");
        Files.writeString(csv, "message,label,year\none,cat,2025\ntwo,dog,never\nthree,cat,2025\n");

        assertThat(column(spark, source(csv, TableFormat.CSV, Map.of(), "year + 0 = 2025"), "message"))
                .containsExactly("one", "three");
        assertThat(column(spark, source(csv, TableFormat.CSV, Map.of("n", "cast(year AS INT) % 10"), null), "n"))
                .containsExactly("5", "5", "null");
    }

    @Test
    void oneRow_doesNotChangeHowOthersAreRead(SparkSession spark) throws IOException {
        Path json = folder.resolve("t.json");
        String two = "{\"message\": \"a\", \"label\": 1}\n{\"message\": \"b\", \"label\": 10}\n";
        Files.writeString(json, two);
        assertThat(column(spark, source(json, TableFormat.JSON, Map.of(), null), "label"))
                .containsExactly("1", "10");

        Files.writeString(json, two + "{\"message\": \"c\", \"label\": 0.5}\n");
        assertThat(column(spark, source(json, TableFormat.JSON, Map.of(), "message <> 'c'"), "label"))
                .containsExactly("1", "10");
    }

    @Test
    void rowsDeclaredPublic_areLeftOutAndNoOthers(SparkSession spark) throws IOException {
        Path csv = folder.resolve("t.csv");
        Files.writeString(csv, "message,label,year\none,cat,2024\ntwo,dog,2025\nthree,cat,\n");
        var source = new TableSource(csv.toString(), TableFormat.CSV, Map.of(), Map.of(), null, "year = 2024");

        assertThat(column(spark, source, "message")).containsExactly("three", "two");
    }

    @Test
    void everyFaultOfATable_isToldTogether(SparkSession spark) throws IOException {
        Path csv = Files.writeString(folder.resolve("t.csv"), "message,label\none,cat\n");

        assertThatThrownBy(() -> column(
                        spark,
                        source(csv, TableFormat.CSV, Map.of("a", "uuid()", "b", "lower(mesage)"), "length(message)"),
                        "message"))
                .hasMessageContaining("- columns: a: 'uuid()' has the function uuid")
                .hasMessageContaining("- columns: b: 'lower(mesage)' does not fit the table's columns [message, label]")
                .hasMessageContaining("- where: 'length(message)' is no condition");
        DataSettings twoMissing =
                data(source(csv, TableFormat.CSV, Map.of(), null), new Input.Text("massage", "pear", 16));
        assertThatThrownBy(() -> Table.open(spark, twoMissing))
                .hasMessageContaining("- text-column: column massage")
                .hasMessageContaining("- pair-column: column pear");
    }
}
