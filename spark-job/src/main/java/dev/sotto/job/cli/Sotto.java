package dev.sotto.job.cli;

import dev.sotto.accountant.cli.Commands;
import dev.sotto.job.ExitCode;
import dev.sotto.job.QuietLogs;
import dev.sotto.job.SottoException;
import dev.sotto.job.config.TrainSettings;
import dev.sotto.job.store.Kerberos;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code sotto}: it does nothing itself. */
@Command(
        name = "sotto",
        sortOptions = false,
        versionProvider = Version.class,
        customSynopsis = "sotto [Spark options] <command> [options]",
        description = {
            "",
            "Fine-tunes foundation models with differential privacy on Apache Spark, by training their bias terms.",
            "",
            "Spark options stand before the command and go to spark-submit as they are, such as"
                    + " --master spark://host:7077 or --conf spark.executor.memory=8g; without --master the run stays on"
                    + " this machine. The launcher's own word spark-home prints the Spark it uses, to start masters and"
                    + " workers from.",
            "",
        },
        commandListHeading = "%nCommands%n",
        exitCodeListHeading = "%nExit codes%n")
final class Sotto {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this and end. Each command has its own --help.")
    boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Print the versions of Sotto and of what it runs on.")
    boolean version;

    @Option(
            names = "--debug",
            scope = CommandLine.ScopeType.INHERIT,
            description = {
                "Print the stack of an error too, and let Spark log on driver and executors why a task failed. Both may quote"
                        + " private rows: inside the trust boundary alone."
            })
    boolean debug;

    private Sotto() {}

    /** The command line, with what its train command does once the settings have no fault. */
    static CommandLine commandLine(Consumer<TrainSettings> train) {
        Sotto root = new Sotto();
        CommandLine trainCommand = new CommandLine(new TrainCommand(train));
        Parsing.collectErrors(trainCommand);
        CommandLine planCommand = new CommandLine(new PlanCommand());
        Parsing.collectErrors(planCommand);
        CommandLine checkCommand = new CommandLine(new CheckTableCommand());
        Parsing.collectErrors(checkCommand);
        CommandLine predictCommand = new CommandLine(new PredictCommand());
        Parsing.collectErrors(predictCommand);
        CommandLine evaluateCommand = new CommandLine(new EvaluateCommand());
        Parsing.collectErrors(evaluateCommand);
        CommandLine convertCommand = new CommandLine(new ConvertCommand());
        Parsing.collectErrors(convertCommand);
        CommandLine commands = new CommandLine(root)
                .addSubcommand(trainCommand)
                .addSubcommand(planCommand)
                .addSubcommand(new PreflightCommand())
                .addSubcommand(checkCommand)
                .addSubcommand(predictCommand)
                .addSubcommand(evaluateCommand)
                .addSubcommand(convertCommand)
                .addSubcommand(new CheckModelCommand())
                .addSubcommand(new GenerateCommand())
                .addSubcommand(new ScoreCommand())
                .addSubcommand(AccountantCommand.group(
                        "accountant",
                        "Says what a mechanism costs, and which mechanism costs so much.",
                        Commands.accountant()))
                .addSubcommand(AccountantCommand.group(
                        "ledger",
                        "Shows and checks the ledger of what runs on a data set have cost.",
                        Commands.ledger()))
                .addSubcommand(new QuickstartDataCommand());
        commands.getCommandSpec().usageMessage().exitCodeList(exitCodes());
        commands.setUsageHelpAutoWidth(true).setCaseInsensitiveEnumValuesAllowed(true);
        commands.setExecutionStrategy(parsed -> {
            System.setProperty(QuietLogs.DEBUG, Boolean.toString(root.debug)); // a setting of the Spark that is started
            try {
                Parsing.refuseEmpty(parsed);
                return new CommandLine.RunLast().execute(parsed);
            } catch (SottoException | Error failed) { // such as Hadoop's of a disk, or the JVM's: told as any other
                throw new CommandLine.ExecutionException(commands, "error", failed);
            }
        });
        commands.setParameterExceptionHandler((error, arguments) ->
                told(Parsing.refusal(error), root.debug, error.getCommandLine().getErr()));
        commands.setExecutionExceptionHandler(
                (error, command, parsed) -> told(thrown(error), root.debug, command.getErr()));
        return commands;
    }

    private static Throwable thrown(Exception error) {
        Throwable wrapped = error instanceof CommandLine.ExecutionException ? error.getCause() : null;
        return wrapped == null ? error : wrapped;
    }

    private static int told(Throwable error, boolean debug, PrintWriter err) {
        Told told = Told.of(error, debug);
        err.println("sotto: " + told.message());
        Kerberos.advice(error).ifPresent(err::println);
        if (debug) {
            error.printStackTrace(err);
        }
        err.flush();
        return told.code().code();
    }

    private static Map<String, String> exitCodes() {
        Map<String, String> list = new LinkedHashMap<>();
        for (ExitCode exitCode : ExitCode.values()) {
            list.put(" " + exitCode.code(), exitCode.meaning());
        }
        return list;
    }
}
