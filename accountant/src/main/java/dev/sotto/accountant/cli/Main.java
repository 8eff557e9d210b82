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
 * <p>Exit status, as everywhere in Sotto: 0 done; 1 an internal error, or no convergence; 2 the command line or the events were not
 * understood, or no theorem covers them; 5 the budget does not allow it; 7 a ledger or an output cannot be read or written, or is damaged.
 */
public final class Main {
    /** Set by the launcher, which can see whether a person reads and types. */
    private static final String TERMINAL = "sotto.terminal";

    private static final List<String> HELP = List.of("--help", "-h", "help");

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
        try {
            out.println(answer(arguments, places, in, out));
            return words(arguments).isEmpty() ? 2 : 0; // a command is missing
        } catch (RuntimeException | IOException e) {
            err.println(e.getMessage());
            return status(e, arguments);
        }
    }

    /**
     * What one command answers, or its help.
     *
     * @param out where a question to a person is asked
     */
    public static String answer(List<String> arguments, LedgerPlaces places, InputStream in, PrintStream out)
            throws IOException {
        String program = isOfLedger(arguments) ? "ledger" : "accountant";
        List<String> words = words(arguments);
        List<Command> commands = isOfLedger(arguments) ? Commands.ledger() : Commands.accountant();
        if (words.isEmpty() || HELP.contains(words.get(0))) {
            return Commands.help(program, commands);
        }
        Command command = Commands.named(words.get(0), commands, program);
        if (words.stream().anyMatch(HELP::contains)) {
            return command.help(program);
        }
        Arguments given = new Arguments(words.subList(1, words.size()), command);
        return isOfLedger(arguments)
                ? new LedgerCommands(places, in, out, Boolean.getBoolean(TERMINAL)).run(command.name(), given)
                : AccountantCommands.run(command.name(), given, in);
    }

    private static boolean isOfLedger(List<String> arguments) {
        return !arguments.isEmpty() && arguments.get(0).equals("ledger");
    }

    /** What stands behind the program's name, where that is given. */
    private static List<String> words(List<String> arguments) {
        boolean isNamed =
                !arguments.isEmpty() && List.of("accountant", "ledger").contains(arguments.get(0));
        return isNamed ? arguments.subList(1, arguments.size()) : arguments;
    }

    /** The exit status of what ended a command. */
    public static int status(Exception error, List<String> arguments) {
        if (error instanceof IllegalArgumentException) {
            return 2;
        }
        if (error instanceof BudgetExceededException || error instanceof OtherUnitException) {
            return 5;
        }
        return error instanceof IOException
                        || error instanceof UncheckedIOException
                        || (error instanceof IllegalStateException && isOfLedger(arguments))
                ? 7
                : 1;
    }
}
