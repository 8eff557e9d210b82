package dev.sotto.job.store;

import dev.sotto.accountant.Adjacency;
import dev.sotto.accountant.DpEvent;
import dev.sotto.accountant.ledger.Budget;
import dev.sotto.accountant.ledger.BudgetExceededException;
import dev.sotto.accountant.ledger.Ledger;
import dev.sotto.accountant.ledger.Terms;
import dev.sotto.accountant.ledger.Unit;
import dev.sotto.accountant.rdp.RdpAccountant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileUtil;

/**
 * {@code scripts/try-store}: a store like those that runs write to, on this machine. Tells how a run reaches it, lets ten runs race for
 * a budget that three of them fit, and stops when somebody presses Enter; at once where nobody can.
 */
public final class TryStore {
    private static final int RUNS = 10;
    private static final Terms TERMS = new Terms(new Unit.Row(), Adjacency.ADD_OR_REMOVE_ONE, "messages", "exact");
    private static final int FIT = 3;
    private static final double DELTA = 1e-6;
    private static final DpEvent COST = new DpEvent.Gaussian(4);

    private TryStore() {}

    /** Takes {@code hdfs} or {@code s3}, and {@code --stay} to go on until Enter is pressed. */
    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createTempDirectory("try-store");
        try {
            if (arguments[0].equals("hdfs")) {
                try (Hdfs hdfs = Hdfs.start(folder)) {
                    attempt(hdfs.uri("/clinic"), Map.of(), arguments);
                }
            } else {
                try (S3Server s3 = S3Server.start(folder)) {
                    attempt(s3.uri("/clinic"), s3.settings(), arguments);
                }
            }
        } finally {
            FileUtil.fullyDelete(folder.toFile());
        }
    }

    private static void attempt(String root, Map<String, String> settings, String[] arguments) throws Exception {
        System.out.printf("It answers. In a run file:%n%n  ledger: %s/ledger%n  output: %1$s/out%n%n", root);
        if (!settings.isEmpty()) {
            System.out.println("Before the command, beside --packages (docs/operations.md, S3):\n");
            settings.forEach((name, value) -> System.out.printf("  --conf spark.hadoop.%s=%s%n", name, value));
            System.out.println();
        }
        System.out.printf(
                "%d of %d racing runs were admitted to a budget that %d fit.%n", race(root, settings), RUNS, FIT);
        if (List.of(arguments).contains("--stay")) {
            System.out.println("Press Enter to stop it.");
            System.in.read();
        }
    }

    private static int race(String root, Map<String, String> settings) throws Exception {
        var budget = new Budget(costOfThoseThatFit(), DELTA);
        List<Callable<Boolean>> runs = new ArrayList<>();
        for (int run = 0; run < RUNS; run++) {
            String id = "run-" + run;
            Ledger ledger = Ledger.open(WriteOnce.in(root + "/ledger", ownClient(settings)));
            runs.add(() -> reserves(ledger, id, budget));
        }
        ExecutorService threads = Executors.newFixedThreadPool(RUNS);
        try {
            int admitted = 0;
            for (Future<Boolean> run : threads.invokeAll(runs)) {
                admitted += run.get() ? 1 : 0;
            }
            return admitted;
        } finally {
            threads.shutdownNow();
        }
    }

    private static double costOfThoseThatFit() {
        return 1.001
                * new RdpAccountant() // as the ledger counts
                        .epsilon(new DpEvent.Composed(Collections.nCopies(FIT, COST)), DELTA)
                        .upper();
    }

    /** As another process has it. */
    private static Configuration ownClient(Map<String, String> settings) {
        var configuration = new Configuration();
        settings.forEach(configuration::set);
        configuration.setBoolean("fs.s3a.impl.disable.cache", true);
        configuration.setBoolean("fs.hdfs.impl.disable.cache", true);
        return configuration;
    }

    private static boolean reserves(Ledger ledger, String id, Budget budget) throws IOException {
        try {
            return ledger.reserve(id, COST, TERMS, Optional.of(budget)).fresh();
        } catch (BudgetExceededException full) {
            return false;
        }
    }
}
