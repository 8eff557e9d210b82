package dev.sotto.accountant.ledger;

import dev.sotto.accountant.DpEvent;
import java.util.List;
import java.util.Optional;

/**
 * What the ledger knows of a run.
 *
 * @param id chosen by whoever submits the run, the same at every re-submission
 * @param reserved its whole cost, written before the first row was read
 * @param settled what was really drawn, once it has ended
 * @param notes in the order written
 */
public record Run(String id, DpEvent reserved, Optional<DpEvent> settled, List<String> notes) {
    public Run {
        notes = List.copyOf(notes);
    }

    /** What is charged: what was settled, and until then everything that was reserved. */
    public DpEvent charged() {
        return settled.orElse(reserved);
    }
}
