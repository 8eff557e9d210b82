package dev.sotto.accountant.ledger;

import dev.sotto.accountant.DpEvent;
import dev.sotto.accountant.json.EventJson;
import dev.sotto.accountant.json.JsonException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything the lines say, in order.
 *
 * @param lines how many lines
 * @param head hash of the last line, or of nothing
 * @param runs by id, in the order reserved
 * @param budget the last one set
 */
record LedgerState(long lines, String head, Map<String, Run> runs, Optional<Budget> budget) {

    static LedgerState empty() {
        return new LedgerState(0, LedgerLine.GENESIS, Map.of(), Optional.empty());
    }

    /** All runs, composed. */
    DpEvent charged() {
        List<DpEvent> events = new ArrayList<>();
        runs.values().forEach(run -> events.add(run.charged()));
        return new DpEvent.Composed(events);
    }

    /** The state after one more line. */
    LedgerState with(LedgerLine line) {
        try {
            return apply(line);
        } catch (JsonException | IllegalStateException e) {
            throw new LedgerFormatException(
                    line.number(), LedgerLine.name(line.number()), "does not make sense: " + e.getMessage());
        }
    }

    private LedgerState apply(LedgerLine line) {
        Map<String, Object> body = line.body();
        Map<String, Run> after = new LinkedHashMap<>(runs);
        Optional<Budget> newBudget = budget;
        String kind = text(body, "kind");
        switch (kind) {
            case "budget" -> newBudget = Optional.of(new Budget(number(body, "epsilon"), number(body, "delta")));
            case "reserve" -> {
                String id = text(body, "run");
                Run run = new Run(id, EventJson.read(value(body, "event")), Optional.empty(), List.of());
                if (after.put(id, run) != null) {
                    throw new IllegalStateException("run " + id + " was reserved before");
                }
            }
            case "settle" -> {
                Run run = known(text(body, "run"));
                after.put(
                        run.id(),
                        new Run(
                                run.id(),
                                run.reserved(),
                                Optional.of(EventJson.read(value(body, "event"))),
                                run.notes()));
            }
            case "note" -> {
                Run run = known(text(body, "run"));
                List<String> notes = new ArrayList<>(run.notes());
                notes.add(text(body, "note"));
                after.put(run.id(), new Run(run.id(), run.reserved(), run.settled(), notes));
            }
            default -> throw new IllegalStateException("unknown kind \"" + kind + "\"");
        }
        return new LedgerState(lines + 1, line.hash(), after, newBudget);
    }

    Run known(String id) {
        return Optional.ofNullable(runs.get(id))
                .orElseThrow(() -> new IllegalStateException("Run " + id
                        + " has no reservation in this ledger: reserve it before reading data, or check the run id."));
    }

    private static Object value(Map<String, Object> body, String key) {
        return Optional.ofNullable(body.get(key)).orElseThrow(() -> new JsonException("\"" + key + "\" is missing"));
    }

    private static String text(Map<String, Object> body, String key) {
        if (value(body, key) instanceof String text) {
            return text;
        }
        throw new JsonException("\"" + key + "\" is not a string");
    }

    private static double number(Map<String, Object> body, String key) {
        if (value(body, key) instanceof Number number) {
            return number.doubleValue();
        }
        throw new JsonException("\"" + key + "\" is not a number");
    }
}
