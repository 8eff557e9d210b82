package dev.sotto.accountant.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.accountant.Calibration;
import dev.sotto.accountant.DpEvent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several JVMs on one local ledger. */
class LedgerProcessesTest {
    private static final int PROCESSES = 4;
    private static final int RUNS = 3; // each process asks for
    private static final DpEvent RUN = Calibration.sampledGaussian(1, 0.01, 500);
    private static final Budget BUDGET = new Budget(2.5, 1e-5);

    @Test
    void racingProcesses_reserveExactlyWhatFits(@TempDir Path folder) throws Exception {
        List<Process> processes = new ArrayList<>();
        for (int i = 0; i < PROCESSES; i++) {
            processes.add(new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx256m",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Reserver.class.getName(),
                            folder.toString(),
                            "process-" + i)
                    .redirectErrorStream(true)
                    .start());
        }
        for (Process process : processes) {
            process.getOutputStream().close(); // all start at once
        }
        int admitted = 0;
        for (Process process : processes) {
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(said).isZero();
            admitted += Integer.parseInt(said.trim());
        }
        int fit = 0;
        while (Ledger.open(new LocalLedgerStore(folder.resolve("alone"))).lines() == fit && admits(folder, fit)) {
            fit++;
        }
        Ledger ledger = Ledger.open(new LocalLedgerStore(folder.resolve("raced")));
        assertThat(fit).isBetween(2, PROCESSES * RUNS - 1);
        assertThat(admitted).isEqualTo(fit);
        assertThat(ledger.runs()).hasSize(fit);
        assertThat(ledger.spent(BUDGET.delta()).upper()).isLessThanOrEqualTo(BUDGET.epsilon());
    }

    private static boolean admits(Path folder, int number) {
        return reserve(Ledger.open(new LocalLedgerStore(folder.resolve("alone"))), "run-" + number);
    }

    private static boolean reserve(Ledger ledger, String runId) {
        try {
            return ledger.reserve(runId, RUN, LedgerTestFolder.ROWS, Optional.of(BUDGET))
                    .fresh();
        } catch (BudgetExceededException e) {
            return false;
        }
    }

    /** Waits for its standard input to end, then asks for its runs and prints how many it got. */
    static final class Reserver {
        private Reserver() {}

        public static void main(String[] arguments) throws Exception {
            Ledger ledger =
                    Ledger.open(new LocalLedgerStore(Path.of(arguments[0]).resolve("raced")));
            System.in.readAllBytes();
            int admitted = 0;
            for (int i = 0; i < RUNS; i++) {
                admitted += reserve(ledger, arguments[1] + "-" + i) ? 1 : 0;
            }
            System.out.println(admitted);
        }
    }
}
