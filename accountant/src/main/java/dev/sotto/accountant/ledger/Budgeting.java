package dev.sotto.accountant.ledger;

import dev.sotto.accountant.Accountant;
import dev.sotto.accountant.Adjacency;
import dev.sotto.accountant.BestAccountant;
import dev.sotto.accountant.DpEvent;
import dev.sotto.accountant.Mechanism;
import dev.sotto.accountant.rdp.RenyiFilter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * What fits a budget, where the next run is chosen by looking at what earlier ones released, and runs stop when someone says so:
 * composing them as if all had been fixed beforehand does not cover that.
 *
 * <p>Runs are added up by a Rényi filter of one order, chosen from the first run's settings before it drew anything. The first run
 * alone was fixed before anything was released, so it may take the tighter road of privacy loss distributions; but where only that
 * road lets it in, no other run is ever admitted under the same budget, whatever the first one settles to. Which of both it is
 * follows from the first reservation and the budget alone. The argument is in docs/privacy-argument.md.
 */
final class Budgeting {
    /** The budget an order is chosen for where none is known. */
    static final Budget CONVENTION = new Budget(8, 1e-6);

    private static final Accountant COMPOSED = new BestAccountant();

    private Budgeting() {}

    /** The entry that was the first to draw anything, or may still be. */
    static Optional<Run> first(Collection<Run> runs) {
        return runs.stream().filter(run -> !run.cameToNothing()).findFirst();
    }

    /** The filter's order for the next entry: the one in force, or, before anything was drawn, the best for repeating it. */
    static double order(Collection<Run> runs, DpEvent event, Optional<Budget> budget) {
        Budget aim = budget.orElse(CONVENTION);
        return first(runs).map(Run::order).orElseGet(() -> RenyiFilter.forRepeating(event, aim.epsilon(), aim.delta())
                .order());
    }

    static Standing standing(Collection<Run> runs, Budget budget) {
        Optional<Run> first = first(runs);
        if (first.isEmpty()) {
            return new Standing(budget, 0, 0, false);
        }
        DpEvent all = composed(runs);
        if (hasItAlone(first.get(), budget)) {
            return new Standing(budget, COMPOSED.epsilon(all, budget.delta()).upper(), 1, true);
        }
        RenyiFilter filter = filter(first.get());
        return new Standing(
                budget,
                filter.epsilon(all, budget.delta()),
                filter.share(all, budget.epsilon(), budget.delta()),
                false);
    }

    /**
     * Admits one more entry.
     *
     * @throws BudgetExceededException if it does not fit
     */
    static void check(Collection<Run> runs, Run next, Budget budget) {
        Standing before = standing(runs, budget);
        List<Run> all = new ArrayList<>(runs);
        all.add(next);
        Optional<Run> first = first(all);
        if (first.isEmpty()) {
            return;
        }
        Standing after = standing(all, budget);
        if (after.firstRunAlone() && !isAttemptAt(first.get(), next)) {
            throw BudgetExceededException.taken(next.id(), budget, first.get().id(), before.counted());
        }
        if (!(after.counted() <= budget.epsilon())) {
            throw BudgetExceededException.passed(next.id(), before, after);
        }
    }

    /** Whether an entry draws the first run's mechanisms again, and nothing else. */
    private static boolean isAttemptAt(Run first, Run next) {
        return next.submission().equals(first.submission()) && mechanisms(first).containsAll(mechanisms(next));
    }

    private static List<Mechanism> mechanisms(Run run) {
        return Mechanism.of(run.reserved(), Adjacency.ADD_OR_REMOVE_ONE).stream()
                .map(Mechanism.Steps::mechanism)
                .toList();
    }

    /** Whether the first run, as it was reserved, is more than the filter lets in. */
    private static boolean hasItAlone(Run first, Budget budget) {
        return !(filter(first).epsilon(first.reserved(), budget.delta()) <= budget.epsilon());
    }

    private static RenyiFilter filter(Run run) {
        return new RenyiFilter(run.order());
    }

    private static DpEvent composed(Collection<Run> runs) {
        return new DpEvent.Composed(runs.stream().map(Run::charged).toList());
    }
}
