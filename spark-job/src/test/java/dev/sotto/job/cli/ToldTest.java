package dev.sotto.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class ToldTest {

    private final StringWriter err = new StringWriter();

    private int codeOf(RuntimeException thrown) {
        return Sotto.commandLine(settings -> {
                    throw thrown;
                })
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
}
