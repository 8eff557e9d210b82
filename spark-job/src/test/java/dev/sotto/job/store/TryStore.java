package dev.sotto.job.store;

import dev.sotto.accountant.DpEvent;
import dev.sotto.accountant.ledger.Budget;
import dev.sotto.accountant.ledger.Ledger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileUtil;

/**
 * {@code scripts/try-store}: a store like those that runs write to, on this machine. Tells how a run reaches it, lets ten runs race for
 * a budget that three of them fit, and stops when somebody presses Enter; at once where nobody can.
 */
public final class TryStore {
    private static final int RUNS = 10;
    private static final int FIT = 3;
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

    private static long race(String root, Map<String, String> settings) throws Exception {
        Budget budget = Racing.fitting(FIT, COST);
        List<Callable<Boolean>> runs = new ArrayList<>();
        for (int run = 0; run < RUNS; run++) {
            String id = "run-" + run;
            var client = new Configuration();
            settings.forEach(client::set);
            Ledger ledger = Ledger.open(WriteOnce.in(root + "/ledger", Racing.ownClient(client)));
            runs.add(() -> Racing.reserves(ledger, id, COST, budget));
        }
        return Racing.race(runs);
    }
}
