package dev.sotto.job.train;

import dev.sotto.accountant.DpEvent;
import dev.sotto.core.privacy.PrivacyPlan;
import java.util.List;
import java.util.Optional;

/**
 * All that an attempt at a run releases, and so is charged for.
 *
 * @param plan of its steps
 * @param count of usable units, before the first of them
 */
record Costs(PrivacyPlan plan, Optional<UsableCount> count) {

    /**
     * What an attempt cost.
     *
     * @param counted whether it may have counted the usable units
     * @param drawn for how many steps it may have drawn noise
     */
    DpEvent of(boolean counted, long drawn) {
        DpEvent steps = plan.eventOf(drawn);
        return counted && count.isPresent()
                ? new DpEvent.Composed(List.of(count.get().event(), steps))
                : steps;
    }
}
