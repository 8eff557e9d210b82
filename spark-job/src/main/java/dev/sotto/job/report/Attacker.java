package dev.sotto.job.report;

/**
 * What (epsilon, delta) means for someone who sees all that was released and wants to know whether one given unit was
 * in the table: any test of his that wrongly says "yes" with probability f rightly says "yes" with probability at most
 * {@code min(e^epsilon f + delta, 1 - e^-epsilon (1 - delta - f))}. Source: Kairouz, Oh, Viswanath, "The Composition
 * Theorem for Differential Privacy", ICML 2015, Theorem 2.1 (both of its inequalities).
 */
final class Attacker {
    private Attacker() {}

    /**
     * The most often that the attacker is right about a unit that is in the table.
     *
     * @param falseAlarm f, how often he wrongly says yes about a unit that is not, in [0, 1]
     * @return a probability in [f, 1]
     */
    static double hits(double epsilon, double delta, double falseAlarm) {
        double few = Math.exp(epsilon) * falseAlarm + delta;
        double many = 1 - Math.exp(-epsilon) * (1 - delta - falseAlarm);
        return Math.min(1, Math.min(few, many));
    }

    /** How sure he can be at most of a unit of which he thought "perhaps, one in two" beforehand; delta apart. */
    static double belief(double epsilon) {
        return 1 / (1 + Math.exp(-epsilon));
    }
}
