package dev.sotto.job.cli;

import dev.sotto.accountant.ledger.LedgerPlaces;
import dev.sotto.job.store.StoredLedgers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
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
        boolean asksForHelp = words.isEmpty() || words.contains("--help") || words.contains("-h");
        List<String> arguments = new ArrayList<>(asksForHelp ? List.of("--help") : words);
        if (!asksForHelp || spec.name().equals("ledger")) {
            arguments.add(0, spec.name());
        }
        return dev.sotto.accountant.cli.Main.run(arguments, places(), System.in, System.out, System.err);
    }

    /** Where Spark's class path is there, Hadoop's stores are; the launcher gives it where an address asks for one. */
    private static LedgerPlaces places() {
        try {
            Class.forName("org.apache.spark.deploy.SparkHadoopUtil", false, AccountantCommand.class.getClassLoader());
        } catch (ClassNotFoundException withoutSpark) {
            return LedgerPlaces.local();
        }
        return OnSpark.places();
    }

    /** Loaded only where Spark is. */
    private static final class OnSpark {
        static LedgerPlaces places() {
            return new StoredLedgers(SparkHadoopUtil.get().newConfiguration(new SparkConf()));
        }
    }
}
