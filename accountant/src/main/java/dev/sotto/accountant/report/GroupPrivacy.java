package dev.sotto.accountant.report;

import dev.sotto.accountant.Accountant;
import dev.sotto.accountant.DpEvent;
import dev.sotto.accountant.math.Check;
import java.util.List;
import java.util.Optional;

/**
 * What someone gets who contributes several units: a group, or a person with that many records when the unit was one
 * record.
 */
public final class GroupPrivacy {
    private static final int HALVINGS = 24;

    private GroupPrivacy() {}

    /**
     * ε at δ for tables that differ in up to k units: if one unit has (ε, δ'), k have (kε, δ' (e^kε - 1)/(e^ε - 1)).
     * Source: Vadhan, "The Complexity of Differential Privacy", 2017, on group privacy. The smallest ε found is returned; it is an
     * upper bound whatever the event, infinite if none up to 50 per unit serves. Where nothing was sampled the noise is
     * compared with k times the sensitivity instead, which loses nothing.
     *
     * @param size k &ge; 1
     * @param delta δ in (0, 1)
     */
    public static double epsilonUpper(Accountant accountant, DpEvent event, double delta, int size) {
        Check.that(size >= 1, "a group has at least 1 unit, got %s", size);
        Check.that(delta > 0 && delta < 1, "delta must be in (0, 1), got %s", delta);
        if (size == 1) {
            return accountant.epsilon(event, delta).upper();
        }
        Optional<DpEvent> scaled = scaled(event, size);
        if (scaled.isPresent()) {
            return accountant.epsilon(scaled.get(), delta).upper();
        }
        double low = 0;
        double high = 0.5;
        while (!holds(accountant, event, delta, size, high)) {
            low = high;
            high *= 2;
            if (high > 50) {
                return Double.POSITIVE_INFINITY;
            }
        }
        for (int i = 0; i < HALVINGS && high - low > 1e-4 * high; i++) {
            double middle = (low + high) / 2;
            if (holds(accountant, event, delta, size, middle)) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return size * high * (1 + 1e-15);
    }

    /** Without samples, k units move a sum by k times as much as one, so its noise counts 1/k; rounded down. */
    private static Optional<DpEvent> scaled(DpEvent event, int size) {
        if (event instanceof DpEvent.Gaussian gaussian) {
            return Optional.of(new DpEvent.Gaussian(gaussian.noiseMultiplier() / size * (1 - 1e-15)));
        }
        if (event instanceof DpEvent.Laplace laplace) {
            return Optional.of(new DpEvent.Laplace(laplace.scale() / size * (1 - 1e-15)));
        }
        if (event instanceof DpEvent.Repeated repeated) {
            return scaled(repeated.event(), size).map(one -> new DpEvent.Repeated(repeated.count(), one));
        }
        if (event instanceof DpEvent.Composed composed) {
            List<DpEvent> parts = composed.events().stream()
                    .flatMap(part -> scaled(part, size).stream())
                    .toList();
            return parts.size() == composed.events().size()
                    ? Optional.of(new DpEvent.Composed(parts))
                    : Optional.empty();
        }
        return Optional.empty();
    }

    private static boolean holds(Accountant accountant, DpEvent event, double delta, int size, double epsilon) {
        double factor = Math.expm1(size * epsilon) / Math.expm1(epsilon);
        return accountant.delta(event, epsilon).upper() * factor * (1 + 1e-12) <= delta;
    }
}
