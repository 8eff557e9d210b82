package dev.sotto.accountant.ledger;

import dev.sotto.accountant.DpEvent;
import dev.sotto.accountant.json.EventJson;
import dev.sotto.accountant.rdp.RenyiFilter;
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

    static LedgerState of(List<LedgerLine> lines) {
        LedgerState state = empty();
        for (LedgerLine line : lines) {
            state = state.with(line);
        }
        return state;
    }

    /** All runs, composed. */
    DpEvent charged() {
        return new DpEvent.Composed(runs.values().stream().map(Run::charged).toList());
    }

    /** The state after one more line. */
    LedgerState with(LedgerLine line) {
        try {
            return apply(line);
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new LedgerFormatException(
                    line.number(), LedgerLine.name(line.number()), "does not make sense: " + e.getMessage());
        }
    }

    private LedgerState apply(LedgerLine line) {
        Map<String, Object> body = line.body();
        Map<String, Run> after = new LinkedHashMap<>(runs);
        Optional<Budget> newBudget = budget;
        String kind = Values.text(body, "kind");
        switch (kind) {
            case "budget" ->
                newBudget = Optional.of(new Budget(Values.number(body, "epsilon"), Values.number(body, "delta")));
            case "reserve" -> {
                Run run = reserved(body);
                requireAddsUp(run);
                if (after.put(run.id(), run) != null) {
                    throw new IllegalStateException("run " + run.id() + " was reserved before");
                }
            }
            case "settle" -> {
                Run run = known(Values.text(body, "run"));
                DpEvent drawn = EventJson.read(Values.value(body, "event"));
                if (run.settled().isPresent()) {
                    throw new IllegalStateException("run " + run.id() + " was settled before");
                }
                Coverage.requireCovered(run, drawn);
                after.put(run.id(), run.settledTo(drawn));
            }
            case "note" -> {
                Run run = known(Values.text(body, "run"));
                after.put(run.id(), run.withNote(Values.text(body, "note")));
            }
            default -> throw new IllegalStateException("unknown kind \"" + kind + "\"");
        }
        return new LedgerState(lines + 1, line.hash(), after, newBudget);
    }

    private static Run reserved(Map<String, Object> body) {
        return new Run(
                Values.text(body, "run"),
                EventJson.read(Values.value(body, "event")),
                Terms.of(Values.value(body, "terms")),
                new RenyiFilter(Values.number(body, "order")).order(),
                Optional.empty(),
                List.of());
    }

    /** What is written by {@link Ledger#reserve} does; a line of somebody else's may not. */
    private void requireAddsUp(Run run) {
        Budgeting.first(runs.values()).ifPresent(first -> {
            if (!run.terms().addUpWith(first.terms())) {
                throw new IllegalStateException("its privacy unit is not that of run " + first.id());
            }
            if (run.order() != first.order()) {
                throw new IllegalStateException("the filter's order was " + first.order() + " before");
            }
        });
    }

    Run known(String id) {
        return Optional.ofNullable(runs.get(id))
                .orElseThrow(() -> new IllegalStateException("Run " + id
                        + " has no reservation in this ledger: reserve it before reading data, or check the run id."));
    }
}
