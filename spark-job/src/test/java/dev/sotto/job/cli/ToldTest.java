package dev.sotto.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;
import scala.collection.immutable.Map;

class ToldTest {

    private final StringWriter err = new StringWriter();

    private int codeOf(RuntimeException thrown) {
        return codeOf(() -> {
            throw thrown;
        });
    }

    private int codeOf(Runnable work) {
        return Sotto.commandLine(settings -> work.run())
                .setErr(new PrintWriter(err, true))
                .execute(List.of(
                                "train",
                                "--table=t.csv",
                                "--text-column=m",
                                "--label-column=a",
                                "--labels=no,yes",
                                "--model=m",
                                "--epsilon=3",
                                "--delta=1e-6",
                                "--batch-size=10",
                                "--units=100",
                                "--steps=5",
                                "--learning-rate=0.01",
                                "--output=o")
                        .toArray(String[]::new));
    }

    @Test
    void faultThatATaskFound_isToldAsIfTheDriverHadFoundIt() {
        var onAnExecutor = new SottoException(ExitCode.MODEL, "There is no model folder there.");

        int code = codeOf(new IllegalStateException("Job aborted", new RuntimeException("Task failed", onAnExecutor)));

        assertThat(code).isEqualTo(ExitCode.MODEL.code());
        assertThat(err.toString()).isEqualToNormalizingNewlines("sotto: There is no model folder there.\n");
    }

    @Test
    void otherFaults_areToldWithoutTheirMessage() {
        assertThat(codeOf(new IllegalStateException("a row: secret"))).isEqualTo(ExitCode.INTERNAL.code());
        assertThat(err.toString()).contains("IllegalStateException").doesNotContain("secret");
    }

    /** Hadoop throws an error, no exception, where a local disk is full. */
    @Test
    void fullDisk_isAnOutputThatCannotBeWritten() {
        Error full = new Error(new IOException("No space left on device"));
        for (RuntimeException error :
                List.of(new UnsupportedOperationException(full), new UncheckedIOException(new IOException(full)))) {
            assertThat(codeOf(error)).isEqualTo(ExitCode.OUTPUT.code());
        }
        assertThat(codeOf(() -> {
                    throw full;
                }))
                .isEqualTo(ExitCode.OUTPUT.code());
        assertThat(err.toString()).contains("Make room").doesNotContain("\tat ");
    }

    @Test
    void columnOfAnotherTypeInOneFile_isNamedWithTheFileAndBothTypes() {
        var error = new SparkException(
                "FAILED_READ_FILE.PARQUET_COLUMN_DATA_TYPE_MISMATCH",
                new Map.Map4<>(
                        "path",
                        "hdfs:/clinic/t/2.parquet",
                        "column",
                        "[note]",
                        "expectedType",
                        "string",
                        "actualType",
                        "INT64"),
                new IOException("of a file"));

        assertThat(codeOf(new IllegalStateException(error))).isEqualTo(ExitCode.DATA.code());
        assertThat(err.toString())
                .contains("[note]", "string", "INT64", "hdfs:/clinic/t/2.parquet", "alike in all files")
                .doesNotContain("damaged", "Exception");
    }

    @Test
    void damagedFile_isNamed_andNothingOfIt() {
        var damaged = new SparkException(
                "FAILED_READ_FILE.NO_HINT",
                new Map.Map1<>("path", "hdfs:///t/part-7.parquet"),
                new IOException("found [secret]"));

        assertThat(codeOf(new IllegalStateException("Job aborted", damaged))).isEqualTo(ExitCode.DATA.code());
        assertThat(err.toString())
                .contains("hdfs:///t/part-7.parquet", "Replace it")
                .doesNotContain("secret");
    }

    @Test
    void otherEnds_sayWhatToDo() {
        assertThat(codeOf(() -> {
                    throw new OutOfMemoryError("Java heap space");
                }))
                .isEqualTo(ExitCode.INTERNAL.code());
        assertThat(err.toString()).contains("--driver-memory");
        assertThat(codeOf(new IllegalStateException(
                        "Job aborted due to stage failure: Task 3 in stage 1.0 failed 4 times, most recent failure: Lost task 3.3 in"
                                + " stage 1.0 (TID 9) (10.0.0.7 executor 4): ExecutorLostFailure (executor 4 exited caused by one of"
                                + " the running tasks) Reason: Command exited with code 137\nDriver stacktrace:")))
                .isEqualTo(ExitCode.INTERNAL.code());
        assertThat(err.toString())
                .contains("code 137, killed", "memoryOverhead")
                .doesNotContain("a bug", "10.0.0.7");
        assertThat(codeOf(new IllegalStateException("Cannot call methods on a stopped SparkContext.\nIt was")))
                .isEqualTo(ExitCode.INTERNAL.code());
        assertThat(err.toString()).contains("Check --master");
    }
}
