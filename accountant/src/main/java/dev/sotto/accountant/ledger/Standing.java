package dev.sotto.accountant.ledger;

/**
 * How a ledger stands against a budget.
 *
 * @param budget what its runs may cost together
 * @param counted what they count against it: ε in nats at the budget's δ, an upper bound
 * @param used which part of the budget that is, where 1 is all of it: what is counted has a fixed part, which even the smallest run brings
 * @param firstRunAlone whether the first run has the budget for itself: no other run is ever admitted under it
 */
public record Standing(Budget budget, double counted, double used, boolean firstRunAlone) {

    /** What another run may count; 0 where none is admitted. */
    public double left() {
        return firstRunAlone ? 0 : Math.max(0, budget.epsilon() - counted);
    }
}
