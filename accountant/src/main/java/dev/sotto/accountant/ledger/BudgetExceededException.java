package dev.sotto.accountant.ledger;

/** The run does not fit into the budget; nothing was reserved. */
public final class BudgetExceededException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Budget budget;
    private final double spent;
    private final double needed;

    BudgetExceededException(String runId, Budget budget, double spent, double needed) {
        super(String.format(
                "Run %s does not fit: the ledger's runs cost epsilon <= %.6g at delta %s so far, with this run %.6g, and"
                        + " the budget is %s. Train with more noise, fewer steps or a smaller sampling probability"
                        + " ('sotto accountant plan' finds them), or have the budget raised by whoever answers for it.",
                runId, spent, budget.delta(), needed, budget.epsilon()));
        this.budget = budget;
        this.spent = spent;
        this.needed = needed;
    }

    /** The budget that would have been passed. */
    public Budget budget() {
        return budget;
    }

    /** Upper bound on ε of everything in the ledger, at the budget's δ. */
    public double spent() {
        return spent;
    }

    /** Upper bound on ε with this run, at the budget's δ. */
    public double needed() {
        return needed;
    }
}
