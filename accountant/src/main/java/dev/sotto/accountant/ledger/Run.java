package dev.sotto.accountant.ledger;

import dev.sotto.accountant.Adjacency;
import dev.sotto.accountant.DpEvent;
import dev.sotto.accountant.Mechanism;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * An entry of the ledger: what it knows of a run, or of one attempt at it. Attempts at run {@code R} are entries {@code R},
 * {@code R/2}, {@code R/3} and so on.
 *
 * @param id chosen by whoever submits the run, the same at every re-submission
 * @param reserved its whole cost, written before the first row was read
 * @param terms what the cost holds for
 * @param order of the ledger's filter, see {@link Budgeting}
 * @param settled what was really drawn, once it has ended
 * @param notes in the order written
 */
public record Run(
        String id, DpEvent reserved, Terms terms, double order, Optional<DpEvent> settled, List<String> notes) {
    private static final Pattern ATTEMPT = Pattern.compile("/([1-9]\\d{0,8})$");

    public Run {
        notes = List.copyOf(notes);
    }

    /** What is charged: what was settled, and until then everything that was reserved. */
    public DpEvent charged() {
        return settled.orElse(reserved);
    }

    /** Whether it has drawn nothing and never will. */
    public boolean cameToNothing() {
        return Mechanism.of(charged(), Adjacency.ADD_OR_REMOVE_ONE).isEmpty();
    }

    /** The id of the run, of which this is one attempt. */
    public String submission() {
        return ATTEMPT.matcher(id).replaceFirst("");
    }

    /** Which attempt, from 1. */
    public int attempt() {
        Matcher number = ATTEMPT.matcher(id);
        return number.find() ? Integer.parseInt(number.group(1)) : 1;
    }

    /** The id of the entry for an attempt, from 1, at a run. */
    public static String entry(String submission, int attempt) {
        return attempt == 1 ? submission : submission + "/" + attempt;
    }

    Run settledTo(DpEvent drawn) {
        return new Run(id, reserved, terms, order, Optional.of(drawn), notes);
    }

    Run withNote(String note) {
        return new Run(
                id,
                reserved,
                terms,
                order,
                settled,
                Stream.concat(notes.stream(), Stream.of(note)).toList());
    }
}
