package dev.sotto.job.config;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gathers the faults of the settings, so that all are told at once. A value that is absent (null) passes every check. */
public final class Faults {
    private final List<Fault> found = new ArrayList<>();

    public void add(String option, String message) {
        found.add(new Fault(option, message));
    }

    public void addAll(List<Fault> faults) {
        found.addAll(faults);
    }

    /** Whether an option was already found faulty, so that what follows from it need not be told too. */
    public boolean has(String option) {
        return found.stream().anyMatch(fault -> fault.option().equals(option));
    }

    /** The value, which a run cannot do without; its absence is a fault unless a fault of it is already known. */
    public <T> @Nullable T required(String option, @Nullable T value, String why) {
        if (value == null && !has(option)) {
            add(option, "it is missing. " + why);
        }
        return value;
    }

    /** Finite and above zero. */
    public void positive(String option, @Nullable Double value, String why) {
        if (value != null && !(value > 0 && value < Double.POSITIVE_INFINITY)) {
            add(option, "it must be finite and above 0, found %s. %s".formatted(Texts.number(value), why));
        }
    }

    /** At least one. */
    public void atLeastOne(String option, @Nullable Number value, String why) {
        if (value != null && value.longValue() < 1) {
            add(option, "it must be at least 1, found %s. %s".formatted(value, why));
        }
    }

    /** In [low, high). */
    public void inRange(String option, @Nullable Double value, double low, double high, String why) {
        if (value != null && !(value >= low && value < high)) {
            add(
                    option,
                    "it must be at least %s and below %s, found %s. %s"
                            .formatted(Texts.number(low), Texts.number(high), Texts.number(value), why));
        }
    }

    /** Two options of which at most one may be given. */
    public void notBoth(String one, @Nullable Object first, String other, @Nullable Object second, String why) {
        if (first != null && second != null) {
            add(one, "it contradicts %s, which is also given. %s".formatted(other, why));
        }
    }

    /** Two options that name columns, which must not be one; small and capital letters are one to Spark. */
    public void notSame(String one, @Nullable String first, String other, @Nullable String second, String why) {
        if (first != null && first.equalsIgnoreCase(second)) {
            add(one, "it is the column %s, as %s is. %s".formatted(first, other, why));
        }
    }

    public boolean isEmpty() {
        return found.isEmpty();
    }

    public List<Fault> list() {
        return List.copyOf(found);
    }
}
