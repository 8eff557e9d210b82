package dev.sotto.accountant.ledger;

import dev.sotto.accountant.Adjacency;
import dev.sotto.accountant.DpEvent;
import dev.sotto.accountant.Mechanism;
import dev.sotto.accountant.Mechanism.Steps;
import dev.sotto.accountant.json.EventJson;
import dev.sotto.accountant.json.Json;
import dev.sotto.accountant.math.Check;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a run asks for against what is in the ledger of it. */
final class Coverage {
    private Coverage() {}

    /** @throws IllegalStateException if an entry is there with another event, or other terms */
    static void requireSame(Run found, DpEvent asked, Terms terms) {
        requireSame(found.id(), asked, found.reserved());
        if (!terms.equals(found.terms())) {
            throw new IllegalStateException("Run " + found.id() + " is in the ledger with the terms "
                    + Json.write(found.terms().json()) + ", and now has " + Json.write(terms.json())
                    + ". A different run needs a run id of its own.");
        }
    }

    /** @throws IllegalStateException if it is another event */
    static void requireSame(String runId, DpEvent asked, DpEvent found) {
        String one = Json.write(EventJson.write(asked));
        String other = Json.write(EventJson.write(found));
        if (!one.equals(other)) {
            throw new IllegalStateException("Run " + runId + " is in the ledger with " + other + ", and now asks for "
                    + one + ": one of them would go uncounted. A different run needs a run id of its own.");
        }
    }

    /** @throws IllegalArgumentException if more of a mechanism was drawn than was reserved */
    static void requireCovered(Run run, DpEvent actual) {
        Map<Mechanism, Long> reserved = new LinkedHashMap<>();
        for (Steps steps : Mechanism.of(run.reserved(), Adjacency.ADD_OR_REMOVE_ONE)) {
            reserved.put(steps.mechanism(), steps.count());
        }
        for (Steps steps : Mechanism.of(actual, Adjacency.ADD_OR_REMOVE_ONE)) {
            long covered = reserved.getOrDefault(steps.mechanism(), 0L);
            Check.that(
                    steps.count() <= covered,
                    "Run %s settles for %s steps of %s and had reserved %s: what is drawn must be reserved first."
                            + " Reserve the rest under a run id of its own.",
                    run.id(),
                    steps.count(),
                    steps.mechanism(),
                    covered);
        }
    }
}
