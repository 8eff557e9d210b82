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
import java.util.Map;
import java.util.Optional;

/** The commands on a ledger. */
final class LedgerCommands {
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

    String run(String command, Arguments a) throws IOException {
        String address = a.operand(command);
        return switch (command) {
            case "show" -> show(address, a);
            case "verify" -> verify(address, a);
            case "set-budget" -> setBudget(address, a);
            default -> throw new IllegalArgumentException(command);
        };
    }

    private String show(String address, Arguments a) {
        Ledger ledger = existing(address);
        double delta = a.number("delta", ledger.budget().map(Budget::delta).orElse(DELTA));
        LedgerTable table = new LedgerTable(address, ledger, delta);
        return a.has("json") ? table.json() : table.text();
    }

    private String verify(String address, Arguments a) {
        History history = existing(address).history();
        Optional<String> expected = expected(a);
        if (expected.isPresent() && !history.goesThrough(expected.get())) {
            throw new IllegalStateException("The ledger " + address + " is not what was expected: none of its "
                    + history.lines() + " lines is the head " + expected.get()
                    + ". Lines were cut off, or it was replaced by another; restore it from a backup before anything is"
                    + " charged to it.");
        }
        if (a.has("public-key")) {
            PublicKeys keys = PublicKeys.of(text(a, "public-key"));
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
    private static Optional<String> expected(Arguments a) {
        if (!a.has("expect")) {
            return Optional.empty();
        }
        String given = a.required("expect");
        if (given.matches("[0-9a-f]{64}")) {
            return Optional.of(given);
        }
        return Optional.of(headIn(text(a, "expect"))
                .orElseThrow(() -> new IllegalArgumentException("The report " + given
                        + " tells of no ledger: it has no \"ledger\" with a \"head\". Give the privacy-report.json of a run with"
                        + " --ledger, or the 64 digits of a head.")));
    }

    /** A file that an option names. */
    private static String text(Arguments a, String option) {
        String file = a.required(option);
        try {
            return Files.readString(Path.of(file), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UsageException("--" + option + ": the file " + file + " cannot be read ("
                    + unreadable.getClass().getSimpleName() + "). Check its name, and this user's right to read it.");
        }
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
            ledger = ledger.signedBy(SigningKey.of(text(a, "ledger-key")));
        }
        ledger.changeBudget(before, budget);
        History now = ledger.history();
        return new Answer()
                .with("budget_epsilon", budget.epsilon())
                .with("budget_delta", budget.delta())
                .with("budget_left", ledger.standing(budget).left())
                .with("lines", now.lines())
                .with("head", now.head())
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
