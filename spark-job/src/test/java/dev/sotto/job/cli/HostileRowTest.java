package dev.sotto.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.job.LocalSpark;
import dev.sotto.job.OwnJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole runs on a table of which one row holds 100 MB, in a heap that has room for what Spark's own reader makes of it and little more. */
@ExtendWith(LocalSpark.class)
class HostileRowTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "parquet, 1g, message, 'word5 '",
        "parquet, 1g, message, x",
        "parquet, 1g, person, hostile",
        "csv, 512m, answer, yes"
    })
    void hostileRow_endsAsAnyRowDoes(String format, String heap, String column, String part, SparkSession spark)
            throws Exception {
        Path lines = TinyModel.table(folder, "table.csv", 400);
        Files.writeString(lines, "hostile,word5,yes\n", StandardOpenOption.APPEND);
        Path table = folder.resolve("table-" + format);
        spark.read()
                .option("header", true)
                .csv(lines.toString())
                .withColumn(
                        column,
                        functions.expr(
                                "if(person = 'hostile', repeat(if(person = 'hostile', '%s', ''), 100000000 / %d), %s)"
                                        .formatted(part, part.length(), column)))
                .coalesce(1)
                .write()
                .option("header", true)
                .format(format)
                .save(table.toString());

        Path log = folder.resolve("log.txt");
        Process run = OwnJvm.start(
                Map.of("spark.master", "local[1]"),
                Map.of("_JAVA_OPTIONS", "-Xmx" + heap),
                log,
                "dev.sotto.job.cli.Main",
                List.of(
                        "train",
                        "--table=" + table,
                        "--format=" + format,
                        "--text-column=message",
                        "--label-column=answer",
                        "--labels=no,yes",
                        "--privacy-unit-column=person",
                        "--units=40",
                        "--model=" + TinyModel.in(folder),
                        "--max-length=16",
                        "--batch-size=10",
                        "--steps=2",
                        "--noise-multiplier=1",
                        "--delta=1e-4",
                        "--learning-rate=0.01",
                        "--output=" + folder.resolve("out")));
        assertThat(run.waitFor(5, TimeUnit.MINUTES)).as(() -> read(log)).isTrue();
        assertThat(run.exitValue()).as(() -> read(log)).isZero();
    }

    private static String read(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException unreadable) {
            return unreadable.toString();
        }
    }
}
