package dev.sotto.job.train;

import dev.sotto.accountant.DpEvent;
import dev.sotto.core.privacy.PrivacyPlan;
import dev.sotto.job.config.PrivacySettings;
import java.util.List;
import java.util.Optional;

/**
 * All that an attempt at a run releases, and so is charged for.
 *
 * @param plan of its steps
 * @param count of usable units, before the first of them
 */
public record Costs(PrivacyPlan plan, Optional<UsableCount> count) {

    /**
     * What an attempt cost.
     *
     * @param counted whether it may have counted the usable units
     * @param drawn for how many steps it may have drawn noise
     */
    public DpEvent of(boolean counted, long drawn) {
        DpEvent steps = plan.eventOf(drawn);
        return counted && count.isPresent()
                ? new DpEvent.Composed(List.of(count.get().event(), steps))
                : steps;
    }

    /** What an attempt is charged. A run whose keys others may know is charged as what it is: not private. */
    public DpEvent charged(PrivacySettings privacy, boolean counted, long drawn) {
        return privacy.isPrivate() ? of(counted, drawn) : new DpEvent.NonPrivate();
    }
}
