package dev.sotto.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.job.OwnJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole runs on a table of which one row holds 100 MB, in a heap that has room for the value and little more. */
class HostileRowTest {

    @TempDir
    Path folder;

    /** The value is made where the table is read; of what it is made stands in the row, or Spark would make it beforehand. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {"message | concat(message, ' ')", "message | person", "answer | answer", "person | person"})
    void hostileRow_endsAsAnyRowDoes(String column, String part) throws Exception {
        Path table = TinyModel.table(folder, "table.csv", 400);
        Files.writeString(table, "hostile,word5,yes\n", StandardOpenOption.APPEND);
        String value =
                "if(person = 'hostile', repeat(%s, cast(1e8 / length(%s) as int)), %s)".formatted(part, part, column);

        Path log = folder.resolve("log.txt");
        Process run = OwnJvm.start(
                Map.of("spark.master", "local[1]"),
                Map.of("_JAVA_OPTIONS", "-Xmx512m"),
                log,
                "dev.sotto.job.cli.Main",
                List.of(
                        "train",
                        "--table=" + table,
                        "--columns=" + column + "=" + value,
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
