package dev.sotto.accountant;

/** Turns what happened into what it cost. Implementations are immutable and safe for use by many threads. */
public interface Accountant {
    /**
     * The smallest ε for which the event is (ε, δ)-differentially private.
     *
     * @param event all mechanisms that were run on the data, composed adaptively
     * @param delta δ in [0, 1]
     * @return bounds on ε in nats; the upper one is infinite where no finite ε holds
     * @throws NoTheoremException when no published theorem covers the event under this accountant's adjacency
     * @throws IllegalStateException when the computation does not converge to a certified answer
     */
    Bounds epsilon(DpEvent event, double delta);

    /**
     * The smallest δ for which the event is (ε, δ)-differentially private.
     *
     * @param event all mechanisms that were run on the data, composed adaptively
     * @param epsilon ε &ge; 0 in nats
     * @return bounds on δ in [0, 1]
     * @throws NoTheoremException when no published theorem covers the event under this accountant's adjacency
     * @throws IllegalStateException when the computation does not converge to a certified answer
     */
    Bounds delta(DpEvent event, double epsilon);

    /**
     * This accountant for a question of more or less: its bounds need to be close together only where ε is near
     * {@code target}, and are true everywhere.
     *
     * @param target ε in nats, finite, &gt; 0
     */
    default Accountant near(double target) {
        return this;
    }

    /** This accountant for one of several questions: it gives up sooner, and its upper bounds are never below this one's. */
    default Accountant hasty() {
        return this;
    }

    /** Whether its lower bounds say anything; if not, they are 0, and the distance from the upper ones is no measure of doubt. */
    default boolean boundsBelow() {
        return true;
    }
}
