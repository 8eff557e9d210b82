package dev.sotto.accountant.ledger;

/** The run does not fit into the budget; nothing was reserved. */
public final class BudgetExceededException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Budget budget;
    private final double spent;
    private final double needed;

    private BudgetExceededException(String message, Budget budget, double spent, double needed) {
        super(message);
        this.budget = budget;
        this.spent = spent;
        this.needed = needed;
    }

    static BudgetExceededException passed(String runId, Standing before, Standing after) {
        Budget budget = before.budget();
        return new BudgetExceededException(
                String.format(
                        "Run %s does not fit: the ledger's runs count as epsilon <= %.6g at delta %s so far, with this run %.6g,"
                                + " and the budget is %s. Train with more noise, fewer steps or a smaller sampling probability"
                                + " ('sotto accountant plan' finds them), or have the budget raised by whoever answers for it.",
                        runId, before.counted(), budget.delta(), after.counted(), budget.epsilon()),
                budget,
                before.counted(),
                after.counted());
    }

    static BudgetExceededException taken(String runId, Budget budget, String first, double spent) {
        return new BudgetExceededException(
                String.format(
                        "Run %s does not fit: run %s has the budget of epsilon %s at delta %s for itself. It fits only as a run"
                                + " that was fixed before anything was released; with a run beside it that is chosen"
                                + " afterwards the two would have to pass a filter, which run %2$s, as it was reserved, does not pass"
                                + " by itself. Have the budget raised by whoever answers for it.",
                        runId, first, budget.epsilon(), budget.delta()),
                budget,
                spent,
                Double.POSITIVE_INFINITY);
    }

    /** The budget that would have been passed. */
    public Budget budget() {
        return budget;
    }

    /** What everything in the ledger counts against it: ε in nats at its δ. */
    public double spent() {
        return spent;
    }

    /** What it would count with this run; infinite where none is admitted beside the first. */
    public double needed() {
        return needed;
    }
}
