package dev.sotto.job.bench;

import dev.sotto.job.LocalSpark;
import dev.sotto.job.OwnJvm;
import dev.sotto.job.cli.Main;
import dev.sotto.job.cli.TinyModel;
import java.awt.image.BufferedImage;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import org.apache.hadoop.fs.FileUtil;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * What one row of 100 MB costs a run: {@code sotto train} on a table of {@value #ROWS} rows, and on the same with that row, turn by turn, each in
 * a JVM of its own.
 */
public final class HostileRowBench {
    private static final int ROWS = 4000;
    private static final int PERSONS = 1000;
    private static final int LARGE = 100_000_000;
    /** The longest line that is a record is of 4 MiB. */
    private static final int LINE = 4_000_000;

    private static final List<String> NAMES = List.of("person", "answer", "message");
    private static final String REPEATS = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!";

    private final Path folder;
    private final Path texts;
    private final List<String> only;
    private final int turns;
    private final Map<String, Object> results = new LinkedHashMap<>();

    private HostileRowBench(Path folder, int turns, List<String> only) throws IOException {
        this.folder = folder;
        this.texts = TinyModel.in(folder);
        this.turns = turns;
        this.only = only;
    }

    /** Takes how often each is measured, and the beginnings of the names of those to measure: none for all. */
    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createTempDirectory("hostile-rows");
        List<String> rest = List.of(arguments).subList(1, arguments.length);
        try {
            new HostileRowBench(folder, Integer.parseInt(arguments[0]), rest).run();
        } finally {
            FileUtil.fullyDelete(folder.toFile());
        }
    }

    private void run() throws Exception {
        System.out.printf("%-32s %9s %17s %17s %19s%n", "", "read, s", "wall, s", "CPU, s", "most resident, MiB");
        for (String format : List.of("csv", "tsv", "json")) {
            line(format, format, "one letter", "x", LARGE);
            line(format, format, "repeats", REPEATS, LARGE);
            line(format, format, "a line of 4 MB", REPEATS, LINE);
        }
        line("csv", "csv", "30,000 columns", "x".repeat(3300) + ",", LARGE);
        line("csv", "csv", "30,000 columns, 4 MB", "x".repeat(132) + ",", LINE);
        line("json", "json", "a list of 4 MB", "[],", LINE);
        line("csv", "csv.gz", "one letter", "x", LARGE);
        line("json", "json.gz", "repeats", REPEATS, LARGE);
        line("csv", "csv", "a million rows of a person", null, 1_000_000);
        for (String format : List.of("parquet", "orc", "avro")) {
            columns(format, "one letter", "message", "x");
            columns(format, "repeats", "message", REPEATS);
        }
        columns("parquet", "a label", "answer", "yes");
        columns("parquet", "a person's name", "person", "x");
        columns("jdbc", "one letter", "message", "x");
        images();
    }

    private boolean isAsked(String name) {
        return only.isEmpty() || only.stream().anyMatch(name::startsWith);
    }

    /** A file of lines; one more of them is long, or, of no part, so many more are one person's. */
    private void line(String format, String suffix, String what, String part, int size) throws Exception {
        String name = suffix + ", " + what;
        if (!isAsked(name)) {
            return;
        }
        Path plain = folder.resolve("plain." + suffix);
        Path hostile = folder.resolve("hostile." + suffix);
        for (Path file : List.of(plain, hostile)) {
            try (OutputStream out = open(file)) {
                if (!format.equals("json")) {
                    write(out, record(format, NAMES.toArray(String[]::new)));
                }
                for (int i = 0; i < ROWS; i++) {
                    write(out, record(format, row(i)));
                    if (i == ROWS / 2 && file.equals(hostile)) {
                        writeHostile(out, format, part, size);
                    }
                }
            }
        }
        measure(name, plain, hostile, format, texts);
        Files.delete(plain);
        Files.delete(hostile);
    }

    private static void writeHostile(OutputStream out, String format, String part, int size) throws IOException {
        if (part == null) {
            for (int i = 0; i < size; i++) {
                write(out, record(format, "hostile", "yes", "word5 word" + (7 + i % 100) + " " + "word8 ".repeat(14)));
            }
            return;
        }
        String[] ends = record(format, "hostile", "yes", "|").split("\\|", -1);
        out.write(ends[0].getBytes(StandardCharsets.UTF_8));
        byte[] letters = part.getBytes(StandardCharsets.UTF_8);
        for (int written = 0; written < size; written += letters.length) {
            out.write(letters);
        }
        write(out, ends[1]);
    }

    private static OutputStream open(Path file) throws IOException {
        OutputStream out = Files.newOutputStream(file);
        return new BufferedOutputStream(file.toString().endsWith(".gz") ? new GZIPOutputStream(out) : out, 1 << 16);
    }

    private static void write(OutputStream out, String line) throws IOException {
        out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static String[] row(int i) {
        return new String[] {
            "p" + i % PERSONS, i % 2 == 0 ? "yes" : "no", "word" + (i % 2 == 0 ? 5 : 6) + " word" + (7 + i % 100)
        };
    }

    private static String record(String format, String... values) {
        if (format.equals("json")) {
            return IntStream.range(0, NAMES.size())
                    .mapToObj(i -> "\"%s\": \"%s\"".formatted(NAMES.get(i), values[i]))
                    .collect(Collectors.joining(", ", "{", "}"));
        }
        return String.join(format.equals("tsv") ? "\t" : ",", values);
    }

    /** A table that Spark writes, one value of which is large. */
    private void columns(String format, String what, String column, String part) throws Exception {
        String name = format + ", " + what;
        if (!isAsked(name)) {
            return;
        }
        Path lines = folder.resolve("rows.csv");
        Files.write(
                lines,
                Stream.concat(
                                Stream.of(String.join(",", NAMES)),
                                IntStream.range(0, ROWS).mapToObj(i -> record("csv", row(i))))
                        .toList());
        Path plain = folder.resolve("plain." + format);
        Path hostile = folder.resolve("hostile." + format);
        try (SparkSession session =
                SparkSession.builder().appName("sotto bench hostile-rows").getOrCreate()) {
            Dataset<Row> rows = session.read().option("header", true).csv(lines.toString());
            Column large =
                    functions.expr("repeat(if(person = 'p7', '%s', ''), %d)".formatted(part, LARGE / part.length()));
            Dataset<Row> one = rows.limit(8).where("person = 'p7'").withColumn(column, large);
            save(rows.coalesce(1), format, plain);
            save(rows.union(one).coalesce(1), format, hostile);
        }
        measure(name, plain, hostile, format, texts);
        FileUtil.fullyDelete(plain.toFile());
        FileUtil.fullyDelete(hostile.toFile());
    }

    private static void save(Dataset<Row> rows, String format, Path table) {
        if (format.equals("jdbc")) {
            rows.write().jdbc(url(table), "MESSAGES", new Properties());
        } else {
            rows.write().format(format).save(table.toString());
        }
    }

    private static String url(Path table) {
        return "jdbc:h2:file:" + table.resolve("db");
    }

    private void images() throws Exception {
        String name = "binaryfile, an image";
        if (!isAsked(name)) {
            return;
        }
        Path vit = LocalSpark.CHECKPOINTS.resolveSibling("photos").resolve("vit");
        Path plain = Files.createDirectory(folder.resolve("plain"));
        Path hostile = Files.createDirectory(folder.resolve("hostile"));
        for (int i = 0; i < ROWS; i++) {
            var image = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
            image.setRGB(i % 32, i / 32 % 32, 0xffffff);
            String file = (i % 2 == 0 ? "yes-" : "no-") + i + ".png";
            ImageIO.write(image, "png", plain.resolve(file).toFile());
            Files.copy(plain.resolve(file), hostile.resolve(file));
        }
        byte[] first = Files.readAllBytes(plain.resolve("yes-0.png"));
        Files.write(hostile.resolve("yes-large.png"), Arrays.copyOf(first, LARGE));
        measure(name, plain, hostile, "binaryfile", vit);
    }

    private void measure(String name, Path plain, Path hostile, String format, Path model) throws Exception {
        List<Cost> without = new ArrayList<>();
        List<Cost> with = new ArrayList<>();
        double read = seconds(hostile) - seconds(plain);
        for (int turn = 0; turn < turns; turn++) {
            without.add(train(plain, format, model));
            with.add(train(hostile, format, model));
        }
        System.out.printf(
                Locale.ROOT,
                "%-32s %9.2f %17s %17s %19s%n",
                name,
                read,
                told(without, with, Cost::wall),
                told(without, with, Cost::cpu),
                told(without, with, Cost::residentMb));
        results.put(name, Map.of("read", read, "without", without, "with", with));
        BenchFile.write("hostile-rows.json", results);
    }

    private static String told(List<Cost> without, List<Cost> with, ToDoubleFunction<Cost> what) {
        double before = without.stream().mapToDouble(what).min().orElseThrow();
        double now = with.stream().mapToDouble(what).min().orElseThrow();
        return String.format(Locale.ROOT, "%.1f %.1f %.2f", before, now, now / before);
    }

    /** What reading the files alone takes, unpacked. */
    private static double seconds(Path table) throws IOException {
        long start = System.nanoTime();
        try (Stream<Path> files = Files.walk(table)) {
            byte[] buffer = new byte[1 << 16];
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                try (InputStream bytes = Files.newInputStream(file);
                        InputStream in = file.toString().endsWith(".gz") ? new GZIPInputStream(bytes) : bytes) {
                    while (in.read(buffer) >= 0) {}
                }
            }
        }
        return (System.nanoTime() - start) / 1e9;
    }

    private Cost train(Path table, String format, Path model) throws Exception {
        Path output = folder.resolve("out");
        List<String> arguments = new ArrayList<>(List.of(
                "train",
                "--format=" + format,
                "--label-column=answer",
                "--labels=no,yes",
                "--model=" + model,
                "--batch-size=20",
                "--steps=2",
                "--noise-multiplier=1",
                "--delta=1e-5",
                "--learning-rate=0.01",
                "--output=" + output));
        if (format.equals("binaryfile")) {
            arguments.addAll(List.of(
                    "--table=" + table,
                    "--image-column=content",
                    "--columns=answer=if(contains(path, 'yes-'), 'yes', 'no')",
                    "--units=" + ROWS));
        } else {
            arguments.addAll(List.of(
                    "--text-column=message", "--max-length=16", "--privacy-unit-column=person", "--units=" + PERSONS));
            arguments.addAll(
                    format.equals("jdbc")
                            ? List.of("--table=MESSAGES", "--reader-options=url=" + url(table))
                            : List.of("--table=" + table));
        }
        Path log = folder.resolve("log.txt");
        long start = System.nanoTime();
        Process run = OwnJvm.start(Map.of(), log, Main.class, arguments);
        Cost cost = new Cost(0, 0, 0);
        while (run.isAlive()) {
            cost = Cost.of(run.pid(), start, cost);
            Thread.sleep(10);
        }
        if (run.exitValue() != 0) {
            throw new IllegalStateException(Files.readString(log));
        }
        FileUtil.fullyDelete(output.toFile());
        return cost;
    }

    /** What a process has used since it began, as Linux tells it. */
    private record Cost(double wall, double cpu, double residentMb) {
        private static final double TICKS = 100;

        static Cost of(long pid, long startNanos, Cost before) {
            try {
                Path process = Path.of("/proc/" + pid);
                String[] stat = Files.readString(process.resolve("stat"))
                        .replaceFirst(".*\\) ", "")
                        .split(" ", -1);
                double resident = Files.readAllLines(process.resolve("status")).stream()
                        .filter(line -> line.startsWith("VmHWM:"))
                        .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D+", "")) / 1024)
                        .sum();
                double wall = (System.nanoTime() - startNanos) / 1e9;
                double cpu = (Long.parseLong(stat[11]) + Long.parseLong(stat[12])) / TICKS;
                return new Cost(wall, cpu, Math.max(resident, before.residentMb));
            } catch (IOException hasEnded) {
                return before;
            }
        }
    }
}
