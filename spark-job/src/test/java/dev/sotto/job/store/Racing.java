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
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;

/** Runs of equal cost that race for a ledger's budget. */
final class Racing {
    static final double DELTA = 1e-6;

    private static final Terms TERMS = new Terms(new Unit.Row(), Adjacency.ADD_OR_REMOVE_ONE, "messages", "exact");

    private Racing() {}

    /** Settings with which each look at a store is by a client of its own, as another process has it. */
    static Configuration ownClient(Configuration settings) {
        settings.setBoolean("fs.s3a.impl.disable.cache", true);
        settings.setBoolean("fs.hdfs.impl.disable.cache", true);
        return settings;
    }

    /** A budget that so many runs fit, and no more. */
    static Budget fitting(int runs, DpEvent cost) {
        double epsilon = new RdpAccountant() // as the ledger counts
                .epsilon(new DpEvent.Composed(Collections.nCopies(runs, cost)), DELTA)
                .upper();
        return new Budget(epsilon * 1.001, DELTA);
    }

    static boolean reserves(Ledger ledger, String id, DpEvent cost, Budget budget) throws IOException {
        try {
            return ledger.reserve(id, cost, TERMS, Optional.of(budget)).fresh();
        } catch (BudgetExceededException full) {
            return false;
        }
    }

    /** How many succeed, all at once. */
    static long race(List<Callable<Boolean>> runs) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(runs.size());
        try {
            long won = 0;
            for (Future<Boolean> run : threads.invokeAll(runs)) {
                won += run.get() ? 1 : 0;
            }
            return won;
        } finally {
            threads.shutdownNow();
        }
    }
}
