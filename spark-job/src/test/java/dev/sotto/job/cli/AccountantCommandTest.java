package dev.sotto.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class AccountantCommandTest {
    @Test
    void words_areTheAccountantsOwn() {
        // A target that needs some noise at a tenth of the units a step: the accountant answers, with its own status.
        assertThat(sotto(
                        "accountant",
                        "calibrate",
                        "--epsilon",
                        "3",
                        "--delta",
                        "1e-5",
                        "--sampling-probability",
                        "0.1",
                        "--steps",
                        "10",
                        "--json"))
                .isZero();
        assertThat(sotto("accountant", "--help")).isZero();
        assertThat(sotto("accountant", "epsilonn")).isEqualTo(2);
        assertThat(sotto("ledger", "nothing-of-the-kind")).isEqualTo(2);
    }

    private static int sotto(String... arguments) {
        CommandLine commands = Sotto.commandLine(settings -> {});
        commands.setOut(new PrintWriter(new StringWriter())).setErr(new PrintWriter(new StringWriter()));
        return commands.execute(arguments);
    }
}
