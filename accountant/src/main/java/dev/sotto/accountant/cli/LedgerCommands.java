package dev.sotto.accountant.cli;

import dev.sotto.accountant.Bounds;
import dev.sotto.accountant.json.EventJson;
import dev.sotto.accountant.json.Json;
import dev.sotto.accountant.ledger.Budget;
import dev.sotto.accountant.ledger.Ledger;
import dev.sotto.accountant.ledger.LocalLedgerStore;
import dev.sotto.accountant.ledger.Run;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The commands on a ledger in a local folder. */
final class LedgerCommands {
    private LedgerCommands() {}

    static String run(List<String> arguments) {
        String command = arguments.isEmpty() ? "" : arguments.get(0);
        List<String> rest = arguments.isEmpty() ? List.of() : arguments.subList(1, arguments.size());
        if (!List.of("show", "verify", "budget").contains(command)) {
            throw new UsageException("unknown ledger command \"" + command + "\""
                    + Arguments.nearest(command, List.of("show", "verify", "budget")));
        }
        Arguments a = new Arguments(rest, List.of("folder", "delta", "epsilon"), List.of("json"));
        Ledger ledger = Ledger.open(new LocalLedgerStore(Path.of(a.required("folder"))));
        if (command.equals("budget") && a.has("epsilon")) {
            ledger.setBudget(new Budget(a.number("epsilon"), a.number("delta")));
        }
        return report(ledger, command, a);
    }

    private static String report(Ledger ledger, String command, Arguments a) {
        Answer answer = new Answer().with("lines", ledger.lines()).with("head", ledger.head());
        Optional<Budget> budget = ledger.budget();
        budget.ifPresent(b -> answer.with("budget_epsilon", b.epsilon()).with("budget_delta", b.delta()));
        if (command.equals("verify")) {
            return answer.with("chain", "whole").print(a.has("json"));
        }
        double delta = a.number("delta", budget.map(Budget::delta).orElse(1e-6));
        Bounds spent = ledger.spent(delta);
        answer.with("spent_lower", spent.lower())
                .with("spent_upper", spent.upper())
                .with("delta", delta);
        budget.ifPresent(b -> answer.with(
                "budget_left", Math.max(0, b.epsilon() - ledger.spent(b.delta()).upper())));
        if (command.equals("show")) {
            List<Object> runs = new ArrayList<>();
            ledger.runs().forEach(run -> runs.add(object(run)));
            answer.with("runs", runs);
        }
        return answer.print(a.has("json"));
    }

    private static Map<String, Object> object(Run run) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("run", run.id());
        object.put("state", run.settled().isPresent() ? "settled" : "reserved");
        object.put("event", EventJson.write(run.charged()));
        object.put("notes", run.notes().isEmpty() ? List.of() : run.notes());
        object.put("reserved", Json.write(EventJson.write(run.reserved())));
        return object;
    }
}
