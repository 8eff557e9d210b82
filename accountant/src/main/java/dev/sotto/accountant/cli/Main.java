package dev.sotto.accountant.cli;

import dev.sotto.accountant.ledger.BudgetExceededException;
import dev.sotto.accountant.ledger.LedgerPlaces;
import dev.sotto.accountant.ledger.OtherUnitException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * {@code accountant COMMAND ...} and {@code ledger COMMAND ...}; without either word, the accountant's commands.
 *
 * <p>Exit status: 0 done; 1 the answer is an error (no convergence, a damaged ledger, over budget, a file that cannot be read); 2 the
 * command line or the events were not understood, or no theorem covers them.
 */
public final class Main {
    private static final String USAGE =
            """
            usage: accountant epsilon   --events FILE|- --delta D [--width W] [--adjacency A] [--json]
                   accountant delta     --events FILE|- --epsilon E [--adjacency A] [--json]
                   accountant curve     --events FILE|- [--json]
                   accountant tradeoff  --events FILE|- [--false-positive R] [--adjacency A] [--json]
                   accountant group     --events FILE|- --delta D --units K [--adjacency A] [--json]
                   accountant rdp       --events FILE|- --orders A1,A2,... [--adjacency A] [--json]
                   accountant compose   --events FILE|- [--json]
                   accountant calibrate --epsilon E --delta D --sampling-probability Q --steps N [--json]
                                        give all but one of --noise-multiplier, --sampling-probability, --steps
                   accountant plan      --units N --batch-size B --epochs T --epsilon E --delta D
                                        [--retrainings R] [--html FILE] [--json]
                   ledger show|verify|set-budget LEDGER [options], see: ledger --help

            FILE holds JSON events (docs/formats.md), - is standard input. A is add-or-remove-one or replace-one.
            W is how far apart the bounds on epsilon may be, over epsilon, down to an epsilon of 1e-4. Without it 0.005 or 0.005
            nats are promised and 0.001 is aimed at. Where bounds stay further apart, which is rare, "converged" is false;
            they hold all the same. On delta, 2 % or 1e-18 are promised.
            rdp: Renyi divergence at each order, the larger of both directions.
            tradeoff: how often any test for one unit's presence must miss, given how often it cries wolf (R).
            group: epsilon of K units together, such as a person with K records where the unit was one record.
            """;

    /** Set by the launcher, which can see whether a person reads and types. */
    private static final String TERMINAL = "sotto.terminal";

    private Main() {}

    public static void main(String[] arguments) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        System.exit(run(Arrays.asList(arguments), System.in, out, err));
    }

    /**
     * Runs one command; of ledgers it knows those in local folders.
     *
     * @return the exit status
     */
    public static int run(List<String> arguments, InputStream in, PrintStream out, PrintStream err) {
        return run(arguments, LedgerPlaces.local(), in, out, err);
    }

    /**
     * Runs one command.
     *
     * @param places where ledgers may lie
     * @return the exit status
     */
    public static int run(
            List<String> arguments, LedgerPlaces places, InputStream in, PrintStream out, PrintStream err) {
        boolean ledger = !arguments.isEmpty() && arguments.get(0).equals("ledger");
        List<String> rest = ledger ? arguments.subList(1, arguments.size()) : arguments;
        String usage = ledger ? LedgerCommands.USAGE : USAGE;
        if (rest.isEmpty() || List.of("help", "--help", "-h").contains(rest.get(0))) {
            out.print(usage);
            return rest.isEmpty() ? 2 : 0;
        }
        try {
            out.println(
                    ledger
                            ? new LedgerCommands(places, in, out, Boolean.getBoolean(TERMINAL)).run(rest)
                            : accountant(rest, in));
            return 0;
        } catch (UsageException e) {
            err.println(e.getMessage());
            err.print(usage);
            return 2;
        } catch (IllegalArgumentException e) {
            err.println(e.getMessage());
            return 2;
        } catch (IllegalStateException | BudgetExceededException | OtherUnitException | UncheckedIOException e) {
            err.println(e.getMessage());
            return 1;
        } catch (IOException e) {
            err.println("could not read or write: " + e);
            return 1;
        }
    }

    private static String accountant(List<String> arguments, InputStream in) throws IOException {
        boolean named = arguments.get(0).equals("accountant");
        return AccountantCommands.run(named ? arguments.subList(1, arguments.size()) : arguments, in);
    }
}
