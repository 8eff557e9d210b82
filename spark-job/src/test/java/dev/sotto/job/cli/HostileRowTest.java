package dev.sotto.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.job.LocalSpark;
import dev.sotto.job.OwnJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole runs on a table of which one row holds 100 MB, in a heap that has room to read it once and no more. */
@ExtendWith(LocalSpark.class)
class HostileRowTest {

    @TempDir
    Path folder;

    static Stream<Arguments> hostileRows() {
        return Stream.of(
                Arguments.of("a text", "repeat('word5 ', 17000000)", "'yes'", "'p'"),
                Arguments.of("a label", "'word5'", "repeat('1', 100000000)", "'p'"),
                Arguments.of("a person's name", "'word5'", "'yes'", "repeat('p', 100000000)"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("hostileRows")
    void hostileRow_isReadInTheHeapThatAnyRowNeeds(
            String kind, String message, String answer, String person, SparkSession spark) throws Exception {
        Path table = folder.resolve("table.parquet");
        spark.range(40)
                .selectExpr(
                        "concat('word', 5 + id % 2) AS message",
                        "if(id % 2 = 0, 'yes', 'no') AS answer", "concat('p', id) AS person")
                .unionAll(spark.range(1)
                        .selectExpr(message + " AS message", answer + " AS answer", person + " AS person"))
                .write()
                .option("parquet.enable.dictionary", "false") // which would hold the value several times over
                .parquet(table.toString());

        Path log = folder.resolve("log.txt");
        Process run = OwnJvm.start(
                Map.of("spark.master", "local[1]"),
                Map.of("_JAVA_OPTIONS", "-Xmx700m"),
                log,
                "dev.sotto.job.cli.Main",
                List.of(
                        "train",
                        "--table=" + table,
                        "--text-column=message",
                        "--label-column=answer",
                        "--labels=no,yes",
                        "--privacy-unit-column=person",
                        "--units=40",
                        "--no-usable-count",
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
