package dev.sotto.job.cli;

import dev.sotto.job.ExitCode;
import dev.sotto.job.QuietLogs;
import dev.sotto.job.SottoException;
import dev.sotto.job.StopRequest;
import dev.sotto.job.config.TrainSettings;
import dev.sotto.job.store.Kerberos;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
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
                .addSubcommand(new PreflightCommand())
                .addSubcommand(checkCommand)
                .addSubcommand(predictCommand)
                .addSubcommand(evaluateCommand)
                .addSubcommand(convertCommand)
                .addSubcommand(new CheckModelCommand())
                .addSubcommand(new GenerateCommand())
                .addSubcommand(new ScoreCommand())
                .addSubcommand(AccountantCommand.named(
                        "accountant", "Says what a mechanism costs, and which mechanism costs so much."))
                .addSubcommand(AccountantCommand.named(
                        "ledger", "Shows and checks the ledger of what runs on a data set have cost."))
                .addSubcommand(new QuickstartDataCommand());
        commands.getCommandSpec().usageMessage().exitCodeList(exitCodes());
        commands.setUsageHelpAutoWidth(true).setCaseInsensitiveEnumValuesAllowed(true);
        commands.setExecutionStrategy(parsed -> {
            System.setProperty(QuietLogs.DEBUG, Boolean.toString(root.debug)); // a setting of the Spark that is started
            return new CommandLine.RunLast().execute(parsed);
        });
        commands.setExecutionExceptionHandler((error, command, parsed) -> told(error, root.debug, command.getErr()));
        return commands;
    }

    private static int told(Exception error, boolean debug, PrintWriter err) {
        SottoException known = StopRequest.isMade() ? stopped(error) : known(error);
        err.println(
                known != null
                        ? "sotto: " + known.getMessage()
                        : "sotto: internal error: " + error.getClass().getSimpleName()
                                + ". This is a bug or a machine that failed, not your settings."
                                + (debug ? "" : " Run again with --debug to see where, and report it."));
        Kerberos.advice(error).ifPresent(err::println);
        if (debug) {
            error.printStackTrace(err);
        }
        err.flush();
        return (known != null ? known.exitCode() : ExitCode.INTERNAL).code();
    }

    /** Whatever fails after a request to stop fails because of it. */
    private static SottoException stopped(Throwable error) {
        return error instanceof SottoException told && told.exitCode() == ExitCode.STOPPED
                ? told
                : new SottoException(
                        ExitCode.STOPPED,
                        "stopped, as a signal asked, before it had anything to keep. Nothing is left to mend.");
    }

    /**
     * What a task on an executor found comes wrapped in Spark's own exception; what a store found there that asks for Kerberos, as
     * Hadoop's.
     */
    private static @Nullable SottoException known(Throwable error) {
        Throwable cause = error;
        while (cause != null && !(cause instanceof SottoException)) {
            cause = cause.getCause();
        }
        return cause == null && Kerberos.advice(error).isPresent()
                ? new SottoException(ExitCode.DATA, "An executor cannot read the table's files.")
                : (SottoException) cause;
    }

    private static Map<String, String> exitCodes() {
        Map<String, String> list = new LinkedHashMap<>();
        for (ExitCode exitCode : ExitCode.values()) {
            list.put(" " + exitCode.code(), exitCode.meaning());
        }
        return list;
    }
}
