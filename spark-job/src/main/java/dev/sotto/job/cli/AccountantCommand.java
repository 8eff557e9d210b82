package dev.sotto.job.cli;

import dev.sotto.accountant.cli.Command;
import dev.sotto.accountant.cli.Command.Option;
import dev.sotto.accountant.cli.Main;
import dev.sotto.accountant.ledger.LedgerPlaces;
import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import dev.sotto.job.config.Faults;
import dev.sotto.job.store.StoredLedgers;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** A command of {@code sotto accountant} or {@code sotto ledger}: declared and answered by the accountant, parsed and helped as all others. */
final class AccountantCommand implements Callable<Integer> {
    private final String program;
    private final CommandSpec spec;

    private AccountantCommand(String program, Command declared) {
        this.program = program;
        this.spec = CommandSpec.wrapWithoutInspection(this).name(declared.name());
        spec.usageMessage()
                .header(plain(declared.header()))
                .sortOptions(false)
                .customSynopsis("sotto " + program + " " + declared.name()
                        + (declared.operand().isEmpty() ? "" : " " + declared.operand()) + " [options]");
        spec.addOption(OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Show this and end.")
                .build());
        if (!declared.operand().isEmpty()) {
            spec.addPositional(PositionalParamSpec.builder()
                    .paramLabel(declared.operand())
                    .arity("0..1")
                    .type(String.class)
                    .description("The address that runs were given as --ledger.")
                    .build());
        }
        declared.options().forEach(option -> spec.addOption(parsed(option)));
    }

    private static OptionSpec parsed(Option option) {
        OptionSpec.Builder builder = OptionSpec.builder("--" + option.name()).description(plain(option.text()));
        return option.label().isEmpty()
                ? builder.arity("0").type(boolean.class).build()
                : builder.paramLabel(option.label()).type(String.class).build();
    }

    /** Picocli takes texts for patterns. */
    private static String plain(String text) {
        return text.replace("%", "%%");
    }

    /** The group of commands of that name. */
    static CommandLine group(String name, String header, List<Command> commands) {
        CommandSpec group = CommandSpec.create().name(name);
        group.usageMessage()
                .header(header)
                .customSynopsis("sotto " + name + " <command> [options]")
                .commandListHeading("%nCommands, each with --help%n");
        group.addOption(OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Show this and end.")
                .build());
        var line = new CommandLine(group);
        commands.forEach(command -> {
            var each = new CommandLine(new AccountantCommand(name, command).spec);
            Parsing.collectErrors(each);
            line.addSubcommand(each);
        });
        return line;
    }

    @Override
    public Integer call() {
        ParseResult typed = spec.commandLine().getParseResult();
        Faults faults = Parsing.faults(typed);
        if (!faults.isEmpty()) {
            throw new SottoException(ExitCode.SETTINGS, Parsing.told(faults));
        }
        List<String> words = new ArrayList<>(List.of(program, spec.name()));
        typed.matchedPositionals().forEach(operand -> words.add(operand.getValue()));
        typed.matchedOptions()
                .forEach(option -> words.add(
                        option.typeInfo().isBoolean()
                                ? option.longestName()
                                : option.longestName() + "=" + option.getValue()));
        PrintWriter out = spec.commandLine().getOut();
        out.println(answer(words));
        out.flush();
        return ExitCode.DONE.code();
    }

    private static String answer(List<String> words) {
        try {
            return Main.answer(words, places(), System.in, new PrintStream(System.out, true));
        } catch (SottoException told) {
            throw told;
        } catch (RuntimeException | IOException refused) {
            ExitCode code = Arrays.stream(ExitCode.values())
                    .filter(each -> each.code() == Main.status(refused, words))
                    .findFirst()
                    .orElse(ExitCode.INTERNAL);
            throw SottoException.of(code, refused);
        }
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
