package dev.sotto.accountant.pld;

/** A sum of independent, tilted lattice losses, folded into a window; pessimistic and optimistic masses side by side. */
interface LatticeSum {
    /** Composes with {@code part}, tilted by λ and divided by e^logMoment. */
    void compose(Part part, double step, double lambda, double logMoment);

    /**
     * The result, once.
     *
     * @param upper [length] receives the tilted pessimistic masses, bin j at position j mod length
     * @param lower [length] likewise the optimistic ones
     * @return bound on the 2-norm of the errors of either array, relative errors of single steps' masses aside
     */
    double masses(double[] upper, double[] lower);
}
