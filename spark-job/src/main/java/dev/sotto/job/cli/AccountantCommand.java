package dev.sotto.job.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sotto accountant} and {@code sotto ledger}: every word after it is the accountant's own. */
@Command(sortOptions = false)
final class AccountantCommand implements Callable<Integer> {
    @Spec
    CommandSpec spec = CommandSpec.create();

    @Parameters(arity = "0..*", hidden = true)
    List<String> words = new ArrayList<>();

    private AccountantCommand() {}

    /** The command of that name, with one line for the list of commands. */
    static CommandLine named(String name, String header) {
        CommandLine command = new CommandLine(new AccountantCommand());
        command.getCommandSpec().name(name).usageMessage().header(header);
        return command.setUnmatchedOptionsArePositionalParams(true);
    }

    @Override
    public Integer call() {
        List<String> arguments = new ArrayList<>(words);
        boolean asksForHelp = words.isEmpty() || words.contains("--help") || words.contains("-h");
        arguments.add(0, asksForHelp ? "--help" : spec.name());
        return dev.sotto.accountant.cli.Main.run(arguments, System.in, System.out, System.err);
    }
}
