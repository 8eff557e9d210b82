package dev.sotto.job.train;

import dev.sotto.core.batch.Microbatches;
import dev.sotto.core.family.ModelSpec;
import dev.sotto.core.family.Task;
import dev.sotto.core.method.Trained;
import dev.sotto.core.optim.Optimizer;
import dev.sotto.core.optim.Schedule;
import dev.sotto.core.privacy.Clipping;
import dev.sotto.core.privacy.PrivacyPlan;
import dev.sotto.core.privacy.RunKey;
import dev.sotto.core.train.Phases;
import dev.sotto.core.train.Recipe;
import dev.sotto.core.train.RowIndependence;
import dev.sotto.core.train.TrainState;
import dev.sotto.job.bench.BenchFile;
import dev.sotto.job.cli.TinyModel;
import dev.sotto.job.config.DataSettings;
import dev.sotto.job.config.Input;
import dev.sotto.job.config.PrivacyUnit;
import dev.sotto.job.config.TableFormat;
import dev.sotto.job.config.TableSource;
import dev.sotto.job.config.TableStorage;
import dev.sotto.job.data.EncodedPartition;
import dev.sotto.job.data.EncodedTable;
import dev.sotto.job.data.Encodings;
import dev.sotto.job.data.Table;
import dev.sotto.job.data.TableMemory;
import dev.sotto.job.step.ExecutorModel;
import dev.sotto.job.step.ModelRef;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.commons.io.FileUtils;
import org.apache.commons.lang3.SerializationUtils;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Tables of many short rows, of which one is ten times as large as the other, with as large a sample of each: how fast they are encoded,
 * what a row takes, and what a step takes and reads where encoded rows are in memory and where they are on disk. All tables take their
 * turns at steps of the real loop on a tiny model.
 */
public final class TableBench {

    private static final int PARTITIONS = 8;
    private static final int BATCH = 400;
    private static final int WARMING =
            2; // steps of each turn: its tables' groups, and what another turn has pushed out
    private static final int MEASURED = 6;
    private static final int TURNS = 4; // one more comes first

    private final SparkSession session;
    private final JavaSparkContext spark;
    private final Broadcast<SerializableConfiguration> hadoop;
    private final ModelRef model;

    private TableBench(SparkSession session, Path folder) throws IOException {
        this.session = session;
        this.spark = JavaSparkContext.fromSparkContext(session.sparkContext());
        this.hadoop = spark.broadcast(new SerializableConfiguration(spark.hadoopConfiguration()));
        this.model = new ModelRef(
                TinyModel.in(folder).toAbsolutePath().toString(),
                new ModelSpec(Task.CLASSIFICATION, 2, Trained.BIASES_AND_HEAD));
    }

    /** Takes the number of rows of the largest table; the others have a tenth and a hundredth of them. */
    public static void main(String[] arguments) throws IOException {
        int rows = Integer.parseInt(arguments[0]);
        Path folder = Files.createTempDirectory(BenchFile.folder(), "tables");
        try (SparkSession session =
                SparkSession.builder().appName("sotto bench table").getOrCreate()) {
            BenchFile.write("table.json", new TableBench(session, folder).run(folder, rows));
        } finally {
            FileUtils.deleteDirectory(folder.toFile());
        }
    }

    /** One table, encoded, and what its steps took. */
    private record Measured(
            int rows,
            String where,
            JavaRDD<EncodedPartition> partitions,
            Recipe recipe,
            List<Double> millis,
            List<Double> read) {}

    private List<Map<String, Object>> run(Path folder, int most) {
        List<Measured> tables = new ArrayList<>();
        for (int rows : new int[] {most / 100, most / 10, most}) {
            String uri = folder.resolve("rows-" + rows + ".parquet").toString();
            write(rows, uri);
            JavaRDD<EncodedPartition> onDisk = encode(rows, uri);
            tables.add(measured(rows, "on disk", onDisk));
            tables.add(measured(rows, "in memory", inMemory(onDisk)));
        }
        for (int turn = 0; turn <= TURNS; turn++) {
            for (Measured table : tables) {
                steps(table, turn > 0);
            }
        }
        System.out.printf("%n      rows  encoded rows  median step ms  median read kB of %d steps%n", TURNS * MEASURED);
        return tables.stream().map(TableBench::told).toList();
    }

    private void write(int rows, String uri) {
        session.range(0, rows, 1, PARTITIONS)
                .selectExpr(
                        "concat_ws(' ', transform(sequence(1, 6), i -> concat('word', 5 + pmod(xxhash64(id, i), 115)))) AS message",
                        "if(pmod(id, 2) = 0, 'yes', 'no') AS answer")
                .write()
                .parquet(uri);
    }

    private JavaRDD<EncodedPartition> encode(int rows, String uri) {
        var data = new DataSettings(
                new TableSource(uri, TableFormat.PARQUET, Map.of(), Map.of(), null, null),
                new Input.Text("message", null, 16),
                new DataSettings.Target.Classes("answer", List.of("no", "yes")),
                new PrivacyUnit.Row(),
                PARTITIONS,
                TableStorage.MEMORY_AND_DISK,
                null);
        long start = System.nanoTime();
        double cpu = cpuSeconds();
        JavaRDD<EncodedPartition> encoded = EncodedTable.encode(
                        Table.open(session, data),
                        data,
                        Encodings.rows(data.input(), Path.of(model.uri())),
                        Encodings.labels(data.target()),
                        RunKey.fromOperatingSystem().samplingKey(),
                        UnaryOperator.identity())
                .partitions();
        long units = encoded.map(EncodedPartition::units).reduce(Integer::sum);
        if (units != rows) {
            throw new IllegalStateException(units + " rows were encoded of " + rows);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf(
                Locale.ROOT,
                "%,d rows placed and encoded in %.1f s and %.1f s of CPU time: %.0f rows a second of it; on disk %.1f bytes of memory a row%n",
                rows,
                seconds,
                cpuSeconds() - cpu,
                rows / (cpuSeconds() - cpu),
                bytes(encoded) / rows);
        return encoded;
    }

    private static double bytes(JavaRDD<EncodedPartition> table) {
        return table.map(EncodedPartition::bytes).reduce(Long::sum);
    }

    private static double cpuSeconds() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                        .getProcessCpuTime()
                / 1e9;
    }

    /** The same rows, taken into memory instead of being encoded once more. */
    private static JavaRDD<EncodedPartition> inMemory(JavaRDD<EncodedPartition> onDisk) {
        SparkConf here = SparkEnv.get().conf();
        here.set(TableMemory.SIZE, "4g").set(TableMemory.ENABLED, "true");
        JavaRDD<EncodedPartition> copied = onDisk.map(SerializationUtils::clone).persist(StorageLevel.MEMORY_ONLY());
        long rows = copied.map(EncodedPartition::units).reduce(Integer::sum);
        here.set(TableMemory.ENABLED, "false");
        System.out.printf(Locale.ROOT, "%,d rows in memory: %.1f bytes a row%n", rows, bytes(copied) / rows);
        return copied;
    }

    private static Measured measured(int rows, String where, JavaRDD<EncodedPartition> partitions) {
        var recipe = new Recipe(
                new PrivacyPlan(rows, (double) BATCH / rows, WARMING + MEASURED, 1, new Clipping.AutoS(1)),
                Optimizer.AdamW.defaults(),
                new Schedule.Constant(1e-4),
                new Microbatches.Limit(64, 4_096),
                RowIndependence.EXACT);
        return new Measured(rows, where, partitions, recipe, new ArrayList<>(), new ArrayList<>());
    }

    private void steps(Measured table, boolean measured) {
        float[] initial =
                ExecutorModel.forThisJvm(model, spark.hadoopConfiguration()).initial();
        new TrainLoop(spark, hadoop, List.of(model), Phases.of(table.recipe()))
                .run(
                        phase -> RunKey.fromOperatingSystem(),
                        table.partitions(),
                        Attempt.only(TrainState.initial(initial, table.recipe().optimizer())),
                        new Meter(table, measured));
    }

    private static Map<String, Object> told(Measured table) {
        double millis = median(table.millis());
        double read = median(table.read());
        System.out.printf(Locale.ROOT, "%,10d  %-12s  %14.1f  %14.0f%n", table.rows(), table.where(), millis, read);
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("rows", table.rows());
        row.put("encoded_rows", table.where());
        row.put("step_ms", millis);
        row.put("read_kb", read);
        return row;
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    /** Of each measured step its time, and what this process has read, from disk or the operating system's cache. */
    private static final class Meter implements TrainLoop.Watch {
        private final Measured table;
        private final boolean measured;
        private long start;
        private double readBefore;

        Meter(Measured table, boolean measured) {
            this.table = table;
            this.measured = measured;
        }

        @Override
        public void begins(long step, TrainState state) {
            mark();
        }

        @Override
        public void drawsNoise(long step) {}

        @Override
        public void done(long step, TrainState state) {
            if (measured && step >= WARMING) {
                table.millis().add((System.nanoTime() - start) / 1e6);
                table.read().add(readKilobytes() - readBefore);
            }
            mark();
        }

        private void mark() {
            readBefore = readKilobytes();
            start = System.nanoTime();
        }

        private static double readKilobytes() {
            try {
                return Files.readAllLines(Path.of("/proc/self/io")).stream()
                        .filter(line -> line.startsWith("rchar: "))
                        .mapToDouble(line -> Double.parseDouble(line.substring("rchar: ".length())) / 1e3)
                        .sum();
            } catch (IOException noLinux) {
                throw new UncheckedIOException(noLinux);
            }
        }
    }
}
