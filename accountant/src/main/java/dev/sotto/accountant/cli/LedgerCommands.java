package dev.sotto.accountant.cli;

import dev.sotto.accountant.json.Json;
import dev.sotto.accountant.json.JsonException;
import dev.sotto.accountant.ledger.Budget;
import dev.sotto.accountant.ledger.History;
import dev.sotto.accountant.ledger.Ledger;
import dev.sotto.accountant.ledger.LedgerPlaces;
import dev.sotto.accountant.ledger.PublicKeys;
import dev.sotto.accountant.ledger.SigningKey;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The commands on a ledger. */
final class LedgerCommands {
    static final String USAGE =
            """
            usage: ledger show       LEDGER [--delta D] [--json]
                   ledger verify     LEDGER [--expect HEAD|REPORT] [--public-key FILE] [--json]
                   ledger set-budget LEDGER --epsilon E --delta D [--yes] [--ledger-key FILE] [--json]

            LEDGER is the address that runs were given as --ledger. show and verify write nothing and make no folder.
            show: what each run was charged, what all cost together, and what is left of the budget.
            verify: whether the lines are one whole chain. That lines were cut off at its end shows only against what was kept
            elsewhere: HEAD is the head that a run or an earlier verify told, REPORT a run's privacy-report.json.
            With --public-key every line must be signed by a key of that file (PEM, Ed25519).
            set-budget: what all runs may cost together from now on. Raising it is asked about, or needs --yes.
            """;

    private static final List<String> COMMANDS = List.of("show", "verify", "set-budget");
    private static final double DELTA = 1e-6;

    private final LedgerPlaces places;
    private final InputStream in;
    private final PrintStream out;
    private final boolean terminal;

    /** @param terminal whether a person can be asked */
    LedgerCommands(LedgerPlaces places, InputStream in, PrintStream out, boolean terminal) {
        this.places = places;
        this.in = in;
        this.out = out;
        this.terminal = terminal;
    }

    String run(List<String> arguments) throws IOException {
        String command = arguments.isEmpty() ? "" : arguments.get(0);
        if (!COMMANDS.contains(command)) {
            throw new UsageException(
                    "unknown ledger command \"" + command + "\"" + Arguments.nearest(command, COMMANDS));
        }
        if (arguments.size() < 2 || arguments.get(1).startsWith("--")) {
            throw new UsageException(
                    "which ledger? Its address stands after the command: ledger " + command + " LEDGER");
        }
        String address = arguments.get(1);
        List<String> rest = arguments.subList(2, arguments.size());
        return switch (command) {
            case "show" -> show(address, new Arguments(rest, List.of("delta"), List.of("json")));
            case "verify" -> verify(address, new Arguments(rest, List.of("expect", "public-key"), List.of("json")));
            default ->
                setBudget(
                        address,
                        new Arguments(rest, List.of("epsilon", "delta", "ledger-key"), List.of("yes", "json")));
        };
    }

    private String show(String address, Arguments a) {
        Ledger ledger = existing(address);
        double delta = a.number("delta", ledger.budget().map(Budget::delta).orElse(DELTA));
        LedgerTable table = new LedgerTable(address, ledger, delta);
        return a.has("json") ? table.json() : table.text();
    }

    private String verify(String address, Arguments a) throws IOException {
        History history = existing(address).history();
        Optional<String> expected = expected(a);
        if (expected.isPresent() && !history.goesThrough(expected.get())) {
            throw new IllegalStateException("The ledger " + address + " is not what was expected: none of its "
                    + history.lines() + " lines is the head " + expected.get()
                    + ". Lines were cut off, or it was replaced by another; restore it from a backup before anything is"
                    + " charged to it.");
        }
        if (a.has("public-key")) {
            PublicKeys keys = PublicKeys.of(Files.readString(Path.of(a.required("public-key"))));
            history.firstUnsigned(keys).ifPresent(line -> {
                throw new IllegalStateException("Line " + line + " of the ledger " + address
                        + " is not signed by a key of " + a.required("public-key")
                        + ": somebody else wrote it, or a run was not given --ledger-key. Find out which before you"
                        + " believe what it says.");
            });
        }
        return new Answer()
                .with("lines", history.lines())
                .with("head", history.head())
                .with("chain", "whole")
                .with(
                        "end",
                        expected.isPresent()
                                ? "goes through the head that was expected"
                                : "not known: lines that were cut off at the end show only with --expect")
                .with("signatures", a.has("public-key") ? "every line's" : "not looked at")
                .print(a.has("json"));
    }

    /** A head as typed, or as a report has it. */
    private static Optional<String> expected(Arguments a) throws IOException {
        if (!a.has("expect")) {
            return Optional.empty();
        }
        String given = a.required("expect");
        if (given.matches("[0-9a-f]{64}")) {
            return Optional.of(given);
        }
        return Optional.of(headIn(Files.readString(Path.of(given), StandardCharsets.UTF_8))
                .orElseThrow(() -> new IllegalArgumentException("The report " + given
                        + " tells of no ledger: it has no \"ledger\" with a \"head\". Give the privacy-report.json of a run with"
                        + " --ledger, or the 64 digits of a head.")));
    }

    private static Optional<String> headIn(String report) {
        try {
            return Json.readObject(report).get("ledger") instanceof Map<?, ?> ledger
                            && ledger.get("head") instanceof String head
                    ? Optional.of(head)
                    : Optional.empty();
        } catch (JsonException notOne) {
            return Optional.empty();
        }
    }

    private String setBudget(String address, Arguments a) throws IOException {
        Budget budget = new Budget(a.number("epsilon"), a.number("delta"));
        Ledger ledger = Ledger.open(places.toWrite(address));
        Optional<Budget> before = ledger.budget();
        boolean raises = before.isPresent()
                && (budget.epsilon() > before.get().epsilon()
                        || budget.delta() > before.get().delta());
        if (raises && !a.has("yes")) {
            confirm(before.get(), budget);
        }
        if (a.has("ledger-key")) {
            ledger = ledger.signedBy(SigningKey.of(Files.readString(Path.of(a.required("ledger-key")))));
        }
        ledger.setBudget(budget);
        return new Answer()
                .with("budget_epsilon", budget.epsilon())
                .with("budget_delta", budget.delta())
                .with("budget_left", ledger.standing(budget).left())
                .with("lines", ledger.lines())
                .with("head", ledger.head())
                .print(a.has("json"));
    }

    private void confirm(Budget from, Budget to) throws IOException {
        String change = "raise the budget from epsilon " + from.epsilon() + " at delta " + from.delta() + " to epsilon "
                + to.epsilon() + " at delta " + to.delta();
        if (!terminal) {
            throw new UsageException("This would " + change + ": say so with --yes");
        }
        out.print("This will " + change + ". Everybody in the data is promised less. Go on? [y/N] ");
        out.flush();
        int answer = in.read();
        if (answer != 'y' && answer != 'Y') {
            throw new UsageException("the budget was left as it is");
        }
    }

    private Ledger existing(String address) {
        Ledger ledger = Ledger.open(places.toRead(address));
        if (ledger.lines() == 0) {
            throw new IllegalStateException("There is no ledger at " + address
                    + ": it has no lines. Check the address; if it is right, the ledger is lost, and is to be restored from"
                    + " a backup before anything is charged to it.");
        }
        return ledger;
    }
}
