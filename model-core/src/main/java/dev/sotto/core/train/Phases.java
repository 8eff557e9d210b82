package dev.sotto.core.train;

import dev.sotto.core.privacy.PrivacyPlan;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The phases of a training run, one after the other; most runs have one. Steps are counted from 0 through all of them.
 *
 * @param list at least one
 */
public record Phases(List<Recipe> list) {
    public Phases {
        list = List.copyOf(list);
        if (list.isEmpty()) {
            throw new IllegalArgumentException("A run has at least one phase, or it learns nothing.");
        }
    }

    /** A run in one phase. */
    public static Phases of(Recipe recipe) {
        return new Phases(List.of(recipe));
    }

    /** Names the plans of a run's phases in checkpoints, ledger and report. */
    public static String hash(List<PrivacyPlan> plans) {
        return plans.stream().map(PrivacyPlan::hash).collect(Collectors.joining("+"));
    }

    /** How many steps all of them take. */
    public long steps() {
        return before(list.size());
    }

    /** How many steps are taken before a phase, from 0. */
    public long before(int phase) {
        return list.stream().limit(phase).mapToLong(each -> each.plan().steps()).sum();
    }

    /** The phase that takes a step; behind the last step, the last phase. */
    public int at(long step) {
        int phase = 0;
        while (phase + 1 < list.size() && before(phase + 1) <= step) {
            phase++;
        }
        return phase;
    }
}
