package dev.sotto.job.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.core.batch.Batch;
import dev.sotto.core.batch.ImageBatch;
import dev.sotto.core.batch.ImageEncoder;
import dev.sotto.core.batch.ImageSettings;
import dev.sotto.core.batch.TokenBatch;
import dev.sotto.core.batch.TokenizerFiles;
import dev.sotto.core.privacy.RunKey;
import dev.sotto.core.privacy.SamplingKey;
import dev.sotto.job.LocalSpark;
import dev.sotto.job.cli.TinyModel;
import dev.sotto.job.config.DataSettings;
import dev.sotto.job.config.Input;
import dev.sotto.job.config.PrivacyUnit;
import dev.sotto.job.config.ReaderOption;
import dev.sotto.job.config.TableFormat;
import dev.sotto.job.config.TableSource;
import dev.sotto.job.config.TableStorage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.io.compress.CompressionCodecFactory;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The law that the promise begins with: what one row contributes, and where it stands, does not depend on other rows. A table is
 * read and encoded without and with rows that are meant to break it, for every format, task and option; all else must be as it was.
 */
@ExtendWith(LocalSpark.class)
class RowLawTest {
    private static final long SEED = 20_260_215; // of the hostile rows; the same rows on every machine
    private static final int ROWS = 40;
    private static final SamplingKey KEY = RunKey.insecureSeed(5).samplingKey();
    private static final List<String> COLUMNS =
            List.of("person", "text", "pair", "label", "score", "letters", "topics", "words", "tags");
    private static final StructType SCHEMA =
            StructType.fromDDL(COLUMNS.stream().map(name -> name + " STRING").collect(Collectors.joining(", ")));

    /** Lists stand in one text in every format but json, and are made of it by the row's own expression. */
    private static final Map<String, String> LISTS =
            Map.of("topics", "split(topics, ' ')", "words", "split(words, ' ')", "tags", "split(tags, ' ')");

    private enum Learned {
        CLASSES,
        PAIRS,
        NUMBERS,
        COMPLETIONS,
        LABEL_SETS,
        WORDS;

        Input input() {
            return switch (this) {
                case CLASSES, NUMBERS, LABEL_SETS -> new Input.Text("text", null, 16);
                case PAIRS -> new Input.Text("text", "pair", 16);
                case COMPLETIONS -> new Input.Text("letters", null, 32);
                case WORDS -> new Input.Words("words", 16);
            };
        }

        DataSettings.Target target() {
            return switch (this) {
                case CLASSES, PAIRS -> new DataSettings.Target.Classes("label", List.of("no", "yes", "1.50"));
                case NUMBERS -> new DataSettings.Target.Quantity("score");
                case COMPLETIONS -> new DataSettings.Target.Completion("letters");
                case LABEL_SETS -> new DataSettings.Target.LabelSet("topics", List.of("a", "b", "c"));
                case WORDS -> new DataSettings.Target.WordClasses("tags", List.of("O", "B-X"));
            };
        }
    }

    @TempDir
    Path folder;

    private @Nullable Path writer;

    private static List<String> row(int i) {
        return List.of(
                "p" + i % 13,
                "word" + i + " word" + (i * 7) % 40,
                "word" + (i * 3) % 40,
                i % 3 == 0 ? "yes" : i % 3 == 1 ? "no" : "1.50",
                i % 2 == 0 ? "1" : "2.50",
                Integer.toString(i + 100)
                        .chars()
                        .mapToObj(digit -> "" + (char) (digit + 'a' - '0'))
                        .collect(Collectors.joining()),
                i % 2 == 0 ? "a c" : "b",
                "word" + i + " word" + (i + 1),
                "O B-X");
    }

    private static List<List<String>> rows() {
        return IntStream.range(0, ROWS).mapToObj(RowLawTest::row).toList();
    }

    /** Rows and persons, by turns. */
    private static List<PrivacyUnit> units(Learned learned) {
        PrivacyUnit person = new PrivacyUnit.Column("person", 16);
        return switch (learned) {
            case CLASSES -> List.of(new PrivacyUnit.Row(), person);
            case PAIRS, COMPLETIONS -> List.of(new PrivacyUnit.Row());
            case NUMBERS, LABEL_SETS, WORDS -> List.of(person);
        };
    }

    private RowEncoding encoding(Learned learned) throws IOException {
        if (learned == Learned.COMPLETIONS) {
            writer = writer != null ? writer : TinyModel.writer(folder);
            return Encodings.completions((Input.Text) learned.input(), writer);
        }
        Path vocabulary = Files.createTempDirectory(folder, "vocabulary");
        Files.writeString(
                vocabulary.resolve("vocab.txt"),
                "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n"
                        + IntStream.range(0, 100).mapToObj(i -> "word" + i).collect(Collectors.joining("\n")) + "\n");
        TokenizerFiles files = TokenizerFiles.read(vocabulary, 16);
        return learned == Learned.WORDS
                ? new WordsEncoding(files)
                : new RowEncoding.Text(files, learned == Learned.PAIRS);
    }

    private static DataSettings settings(
            TableSource source, Input input, DataSettings.Target target, PrivacyUnit unit) {
        return new DataSettings(source, input, target, unit, 3, TableStorage.MEMORY_AND_DISK, null);
    }

    /** What each usable row is encoded to, and in which partition it is: as often as there are such rows. */
    private static Map<String, Long> encoded(SparkSession spark, DataSettings data, RowEncoding encoding) {
        try (var table = EncodedTable.encode(
                Table.open(spark, data),
                data,
                encoding,
                Encodings.labels(data.target()),
                KEY,
                UnaryOperator.identity())) {
            List<EncodedPartition> partitions = table.partitions().collect();
            return IntStream.range(0, partitions.size())
                    .boxed()
                    .flatMap(place -> usable(partitions.get(place)).map(row -> "partition " + place + ": " + row))
                    .collect(Collectors.groupingBy(row -> row, Collectors.counting()));
        }
    }

    private static Stream<String> usable(EncodedPartition partition) {
        return IntStream.range(0, partition.firstRow(partition.units()))
                .filter(partition::usable)
                .mapToObj(row -> bytes(partition.batch(new int[] {row}, partition.length(row))));
    }

    private static String bytes(Batch batch) {
        return batch instanceof TokenBatch tokens
                ? Arrays.toString(tokens.ids()) + Arrays.toString(tokens.typeIds()) + Arrays.toString(tokens.labels())
                : Arrays.hashCode(((ImageBatch) batch).pixels()) + Arrays.toString(((ImageBatch) batch).labels());
    }

    private static void assertOthersAreAsTheyWere(Map<String, Long> with, Map<String, Long> without, int rows) {
        assertThat(without.values().stream().mapToLong(Long::longValue).sum())
                .as("rows that are usable")
                .isEqualTo(rows);
        without.forEach((row, times) -> assertThat(with.getOrDefault(row, 0L))
                .as("hostile rows of seed %d moved or changed: %s", SEED, row)
                .isGreaterThanOrEqualTo(times));
    }

    // Files of lines

    private record Style(String separator, String quote, String escape, boolean header, Map<String, String> options) {
        String line(List<String> fields) {
            return fields.stream()
                    .map(field -> quote.isEmpty() ? field : quote + field + quote)
                    .collect(Collectors.joining(separator));
        }
    }

    private static String json(List<String> row) {
        List<String> members = new ArrayList<>();
        for (int i = 0; i < COLUMNS.size(); i++) {
            String name = COLUMNS.get(i);
            String value = LISTS.containsKey(name)
                    ? Arrays.stream(row.get(i).split(" ")).collect(Collectors.joining("\", \"", "[\"", "\"]"))
                    : name.equals("score") || row.get(i).equals("1.50") ? row.get(i) : "\"" + row.get(i) + "\"";
            members.add("\"" + name + "\": " + value);
        }
        return "{" + String.join(", ", members) + "}";
    }

    private Path file(String name, String header, List<String> lines, List<byte[]> hostile, String end)
            throws IOException {
        List<byte[]> all = new ArrayList<>();
        lines.forEach(line -> all.add(line.getBytes(StandardCharsets.UTF_8)));
        Random places = new Random(SEED);
        hostile.forEach(line -> all.add(places.nextInt(all.size() + 1), line));
        var bytes = new ByteArrayOutputStream();
        bytes.write((header.isEmpty() ? "" : header + end).getBytes(StandardCharsets.UTF_8));
        for (byte[] line : all) {
            bytes.write(line);
            bytes.write(end.getBytes(StandardCharsets.UTF_8));
        }
        return Files.write(folder.resolve(name), bytes.toByteArray());
    }

    static Stream<Arguments> linesAndTasks() {
        return Stream.of(TableFormat.CSV, TableFormat.TSV, TableFormat.JSON)
                .flatMap(format -> Arrays.stream(Learned.values()).map(learned -> Arguments.of(format, learned)));
    }

    @ParameterizedTest
    @MethodSource("linesAndTasks")
    void lineOfAFile_isReadByItself(TableFormat format, Learned learned, SparkSession spark) throws IOException {
        String separator = format == TableFormat.CSV ? "," : "\t";
        String header = format == TableFormat.JSON ? "" : String.join(separator, COLUMNS);
        List<String> lines = rows().stream()
                .map(row -> format == TableFormat.JSON ? json(row) : String.join(separator, row))
                .toList();
        Path without = file("without." + format, header, lines, List.of(), "\n");
        Path with = file("with." + format, header, lines, HostileRows.lines(SEED, header), "\n");
        Map<String, String> columns = format == TableFormat.JSON ? Map.of() : LISTS;
        RowEncoding encoding = encoding(learned);
        for (PrivacyUnit unit : units(learned)) {
            List<Map<String, Long>> read = new ArrayList<>();
            for (Path file : List.of(without, with)) {
                var source = new TableSource(file.toString(), format, Map.of(), columns, "person <> 'nobody'", null);
                read.add(encoded(spark, settings(source, learned.input(), learned.target(), unit), encoding));
            }
            assertOthersAreAsTheyWere(read.get(1), read.get(0), ROWS);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gz", "bz2", "deflate"})
    void lineOfACompressedFile_isReadByItself(String suffix, SparkSession spark) throws IOException {
        String header = String.join(",", COLUMNS);
        List<String> lines = rows().stream().map(row -> String.join(",", row)).toList();
        RowEncoding encoding = encoding(Learned.CLASSES);
        List<Map<String, Long>> read = new ArrayList<>();
        for (List<byte[]> hostile : List.of(List.<byte[]>of(), HostileRows.lines(SEED, header))) {
            Path file = compressed(file("t.csv", header, lines, hostile, "\n"), suffix);
            var source = new TableSource(file.toString(), TableFormat.CSV, Map.of(), Map.of(), null, null);
            read.add(encoded(
                    spark,
                    settings(source, Learned.CLASSES.input(), Learned.CLASSES.target(), new PrivacyUnit.Row()),
                    encoding));
        }
        assertOthersAreAsTheyWere(read.get(1), read.get(0), ROWS);
    }

    private static Path compressed(Path file, String suffix) throws IOException {
        Path packed = file.resolveSibling(file.getFileName() + "." + suffix);
        var codec = new CompressionCodecFactory(new Configuration())
                .getCodec(new org.apache.hadoop.fs.Path(packed.toUri()));
        try (var out = codec.createOutputStream(Files.newOutputStream(packed))) {
            Files.copy(file, out);
        }
        return packed;
    }

    /** A value of each option that is let through, and how a file looks that is written so. */
    private static final Map<String, Style> OPTIONS_OF_LINES = Map.ofEntries(
            Map.entry("pathGlobFilter", new Style(",", "", "\"", true, Map.of("pathGlobFilter", "t.*"))),
            Map.entry("recursiveFileLookup", new Style(",", "", "\"", true, Map.of("recursiveFileLookup", "true"))),
            Map.entry("basePath", new Style(",", "", "\"", true, Map.of("basePath", "FOLDER"))),
            Map.entry("mode", new Style(",", "\"", "\"", true, Map.of("mode", "PERMISSIVE"))),
            Map.entry("multiLine", new Style(",", "\"", "\"", true, Map.of("multiLine", "false"))),
            Map.entry("lineSep", new Style(",", "\"", "\"", true, Map.of("lineSep", "|"))),
            Map.entry("encoding", new Style(",", "\"", "\"", true, Map.of("encoding", "windows-1252"))),
            Map.entry("header", new Style(",", "\"", "\"", false, Map.of("header", "false"))),
            Map.entry("sep", new Style(";", "\"", "\"", true, Map.of("delimiter", ";"))),
            Map.entry("quote", new Style(",", "'", "\"", true, Map.of("quote", "'"))),
            Map.entry("escape", new Style(",", "\"", "\\", true, Map.of("escape", "\\"))),
            Map.entry("nullValue", new Style(",", "", "\"", true, Map.of("nullValue", "NA"))));

    static Stream<String> optionsOfLines() {
        return ReaderOption.of(TableFormat.CSV).stream().map(ReaderOption::name);
    }

    @ParameterizedTest
    @MethodSource("optionsOfLines")
    void optionOfLines_leavesRowsApart(String option, SparkSession spark) throws IOException {
        Style style = OPTIONS_OF_LINES.get(option);
        String header = style.header() ? String.join(style.separator(), COLUMNS) : "";
        List<String> lines = rows().stream().map(style::line).toList();
        Map<String, String> options = new HashMap<>(style.options());
        options.replaceAll((name, value) -> value.replace("FOLDER", folder.toString()));
        String end = options.getOrDefault("lineSep", "\n");
        RowEncoding encoding = encoding(Learned.CLASSES);
        List<Map<String, Long>> read = new ArrayList<>();
        for (List<byte[]> hostile : List.of(List.<byte[]>of(), HostileRows.lines(SEED, header))) {
            Path file = file("t.csv", header, lines, hostile, end);
            var source = new TableSource(
                    file.toString(),
                    TableFormat.CSV,
                    options,
                    style.header() ? null : SCHEMA.toDDL(),
                    Map.of(),
                    null,
                    null);
            read.add(encoded(
                    spark,
                    settings(source, Learned.CLASSES.input(), Learned.CLASSES.target(), new PrivacyUnit.Row()),
                    encoding));
        }
        assertOthersAreAsTheyWere(read.get(1), read.get(0), ROWS);
    }

    // Formats that keep rows apart themselves

    private static Dataset<Row> dataset(SparkSession spark, List<List<@Nullable String>> rows) {
        return spark.createDataFrame(
                        rows.stream()
                                .map(row -> RowFactory.create(row.toArray()))
                                .toList(),
                        SCHEMA)
                .coalesce(1);
    }

    /** Rows of the table's columns, in one of which stands a hostile value. */
    private static List<List<@Nullable String>> withHostile(List<@Nullable String> values) {
        List<List<@Nullable String>> rows = new ArrayList<>(rows());
        Random random = new Random(SEED);
        for (String value : values) {
            List<@Nullable String> row = new ArrayList<>(row(random.nextInt(ROWS)));
            row.set(0, "hostile");
            row.set(1 + random.nextInt(COLUMNS.size() - 1), value);
            rows.add(random.nextInt(rows.size()), row);
        }
        return rows;
    }

    static Stream<Arguments> filesAndTasks() {
        return Stream.of(TableFormat.PARQUET, TableFormat.ORC, TableFormat.AVRO)
                .flatMap(format -> Arrays.stream(Learned.values()).map(learned -> Arguments.of(format, learned)));
    }

    @ParameterizedTest
    @MethodSource("filesAndTasks")
    void rowOfAFile_isReadByItself(TableFormat format, Learned learned, SparkSession spark) throws IOException {
        RowEncoding encoding = encoding(learned);
        for (PrivacyUnit unit : units(learned)) {
            List<Map<String, Long>> read = new ArrayList<>();
            for (List<List<@Nullable String>> rows :
                    List.of(List.<List<@Nullable String>>copyOf(rows()), withHostile(HostileRows.values(SEED)))) {
                Path path = folder.resolve("t." + format);
                dataset(spark, rows)
                        .write()
                        .mode(SaveMode.Overwrite)
                        .format(format.sparkReader())
                        .save(path.toString());
                for (Map<String, String> options : options(format)) {
                    var source = new TableSource(path.toString(), format, options, LISTS, "score IS NOT NULL", null);
                    read.add(encoded(spark, settings(source, learned.input(), learned.target(), unit), encoding));
                }
            }
            int options = options(format).size();
            for (int i = 0; i < options; i++) {
                assertOthersAreAsTheyWere(read.get(options + i), read.get(i), ROWS);
            }
        }
    }

    /** None, and all that the format has. */
    private static List<Map<String, String>> options(TableFormat format) {
        Map<String, String> rest = Map.of("recursiveFileLookup", "true", "pathGlobFilter", "*");
        return List.of(
                rest,
                format == TableFormat.PARQUET
                        ? Map.of("mergeSchema", "true", "datetimeRebaseMode", "LEGACY", "int96RebaseMode", "LEGACY")
                        : format == TableFormat.ORC
                                ? Map.of("mergeSchema", "true")
                                : Map.of("datetimeRebaseMode", "CORRECTED"));
    }

    @Test
    void rowOfADatabase_isReadByItself(SparkSession spark) throws IOException, SQLException {
        String url = "jdbc:h2:mem:law;DB_CLOSE_DELAY=-1";
        RowEncoding encoding = encoding(Learned.PAIRS);
        for (Map<String, String> options : List.of(
                Map.<String, String>of("fetchsize", "7"),
                Map.of("partitionColumn", "n", "lowerBound", "0", "upperBound", "60", "numPartitions", "4"))) {
            List<Map<String, Long>> read = new ArrayList<>();
            for (List<List<@Nullable String>> rows :
                    List.of(List.<List<@Nullable String>>copyOf(rows()), withHostile(HostileRows.values(SEED)))) {
                try (Connection database = DriverManager.getConnection(url, "sa", "")) {
                    database.createStatement().execute("DROP TABLE IF EXISTS t");
                    database.createStatement()
                            .execute(COLUMNS.stream()
                                    .map(name -> "\"" + name + "\" VARCHAR")
                                    .collect(Collectors.joining(", ", "CREATE TABLE t (\"n\" INT, ", ")")));
                    var insert =
                            database.prepareStatement("INSERT INTO t VALUES (?" + ", ?".repeat(COLUMNS.size()) + ")");
                    for (int i = 0; i < rows.size(); i++) {
                        insert.setInt(1, i);
                        for (int c = 0; c < COLUMNS.size(); c++) {
                            insert.setString(c + 2, rows.get(i).get(c));
                        }
                        insert.execute();
                    }
                }
                Map<String, String> all = new HashMap<>(options);
                all.putAll(Map.of("url", url, "user", "sa"));
                var source = new TableSource("t", TableFormat.JDBC, all, Map.of(), "length(label) < 1000", null);
                read.add(encoded(
                        spark,
                        settings(source, Learned.PAIRS.input(), Learned.PAIRS.target(), new PrivacyUnit.Row()),
                        encoding));
            }
            assertOthersAreAsTheyWere(read.get(1), read.get(0), ROWS);
        }
    }

    @Test
    void image_isReadByItself(SparkSession spark) throws IOException {
        Path images = folder.resolve("images");
        for (int i = 0; i < 20; i++) {
            Path file = images.resolve(i % 2 == 0 ? "cat" : "dog").resolve(i + ".png");
            Files.createDirectories(file.getParent());
            var image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
            image.setRGB(i % 8, i / 8, 0xFFFFFF);
            ImageIO.write(image, "png", file.toFile());
        }
        var source = new TableSource(
                images.toString(),
                TableFormat.BINARYFILE,
                Map.of(),
                Map.of("label", "element_at(split(path, '/'), -2)"),
                null,
                null);
        DataSettings data = settings(
                source,
                new Input.Image("content", null),
                new DataSettings.Target.Classes("label", List.of("cat", "dog")),
                new PrivacyUnit.Row());
        var encoding = new RowEncoding.Image(ImageSettings.TORCHVISION.withImageSize(8));
        Map<String, Long> without = encoded(spark, data, encoding);

        Random random = new Random(SEED);
        for (int i = 0; i < 20; i++) {
            byte[] noise = new byte[random.nextInt(2_000)];
            random.nextBytes(noise);
            Files.write(images.resolve("cat").resolve("hostile" + i + ".png"), noise);
        }
        byte[] torn = Files.readAllBytes(images.resolve("dog/1.png"));
        Files.write(images.resolve("dog/torn, \"'%20.png"), Arrays.copyOf(torn, torn.length / 2));
        Files.write(images.resolve("dog/large.png"), new byte[ImageEncoder.MAX_FILE_BYTES + 1]);

        assertOthersAreAsTheyWere(encoded(spark, data, encoding), without, 20);
    }
}
