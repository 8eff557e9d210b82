package dev.sotto.job.train;

import dev.sotto.accountant.DpEvent;
import dev.sotto.core.privacy.PrivacyPlan;
import dev.sotto.job.config.PrivacySettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * All that an attempt at a run releases, and so is charged for.
 *
 * @param plans of its steps, phase by phase: at least one
 * @param count of usable units, before the first of them
 */
public record Costs(List<PrivacyPlan> plans, Optional<UsableCount> count) {
    public Costs {
        plans = List.copyOf(plans);
    }

    /** Of a run in one phase. */
    public Costs(PrivacyPlan plan, Optional<UsableCount> count) {
        this(List.of(plan), count);
    }

    /** How many steps all phases take. */
    public long steps() {
        return plans.stream().mapToLong(PrivacyPlan::steps).sum();
    }

    /** That of the phase which takes a step, from 0; behind the last step, of the last phase. */
    PrivacyPlan planAt(long step) {
        long before = 0;
        for (PrivacyPlan plan : plans) {
            before += plan.steps();
            if (step < before) {
                return plan;
            }
        }
        return plans.get(plans.size() - 1);
    }

    /** What a run costs that is not broken off. */
    public DpEvent ofAll() {
        return of(true, 0, steps());
    }

    /**
     * What an attempt cost.
     *
     * @param counted whether it may have counted the usable units
     * @param first the step that it began at, of those of all phases
     * @param drawn for how many steps from there it may have drawn noise
     */
    public DpEvent of(boolean counted, long first, long drawn) {
        List<DpEvent> events = new ArrayList<>();
        if (counted) {
            count.map(UsableCount::event).ifPresent(events::add);
        }
        long before = 0;
        for (PrivacyPlan plan : plans) {
            long from = Math.max(first, before);
            long end = Math.min(first + drawn, before + plan.steps());
            if (plans.size() == 1 || end > from) {
                events.add(plan.eventOf(end - from));
            }
            before += plan.steps();
        }
        return switch (events.size()) {
            case 0 -> plans.get(0).eventOf(0);
            case 1 -> events.get(0);
            default -> new DpEvent.Composed(events);
        };
    }

    /** What an attempt is charged. A run whose keys others may know is charged as what it is: not private. */
    public DpEvent charged(PrivacySettings privacy, boolean counted, long first, long drawn) {
        return privacy.isPrivate() ? of(counted, first, drawn) : new DpEvent.NonPrivate();
    }
}
