package dev.sotto.job.cli;

import dev.sotto.job.ExitCode;
import dev.sotto.job.QuietLogs;
import dev.sotto.job.SottoException;
import dev.sotto.job.config.Faults;
import dev.sotto.job.config.RunFile;
import dev.sotto.job.config.Texts;
import dev.sotto.job.config.TrainSettings;
import dev.sotto.job.plan.PlanJson;
import dev.sotto.job.plan.PlanPicture;
import dev.sotto.job.plan.PlanText;
import dev.sotto.job.plan.Planner;
import dev.sotto.job.plan.RunPlan;
import dev.sotto.job.plan.Wanted;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** {@code sotto plan}: what would a run cost and take, and would others be better? */
@Command(
        name = "plan",
        sortOptions = false,
        customSynopsis = "sotto [Spark options] plan [<run file>] [options]",
        header = "Says before a run what it would cost and take, and compares batch sizes and epochs. No row is read.",
        description = {
            "",
            "Takes the same run file and options as train and checks them as train does. Opens no table (one that is not there yet does),"
                    + " starts no Spark job, and charges nothing: of a ledger it reads what is there. Tells how many numbers learn, the bytes that a step"
                    + " sends, noise multiplier, steps and epsilon, time and memory by made-up rows on this machine, the ledger before and after, and"
                    + " which of a grid of settings is likely best. Ends with 0, or 5 where the ledger would refuse the run; else with the"
                    + " code that train would end with.",
            "",
        },
        footer = {"", "Example: sotto plan run.yaml --grid-batch-sizes 256,1024,4096 --svg plan.svg"})
final class PlanCommand implements Callable<Integer> {
    @Spec
    CommandSpec spec = CommandSpec.create();

    @Parameters(arity = "0..1", paramLabel = "<run file>", description = "YAML file with settings, as train's.")
    @Nullable
    Path runFile;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this and end.")
    boolean help;

    @ArgGroup(validate = false, order = 0, heading = "%nPlan (on the command line alone)%n")
    PlanOptions plan = new PlanOptions();

    @Mixin
    TrainOptions options = new TrainOptions();

    @Override
    public Integer call() {
        ParseResult typed = spec.commandLine().getParseResult();
        Faults faults = Parsing.faults(typed);
        if (runFile != null) {
            RunFile file = TrainCommand.read(runFile, faults);
            if (file.entries().containsKey(PhaseList.KEY)) {
                faults.add(
                        PhaseList.KEY,
                        "a plan is of a run in one phase: its grid compares lengths and batch sizes of all steps alike. Give a run file with the"
                                + " settings of one phase.");
            }
            new RunFileMerge(spec, typed).apply(file, faults);
        }
        TrainSettings settings = options.settings(options.tables.table(faults), faults);
        Wanted wanted = plan.wanted(settings, faults);
        if (!faults.isEmpty() || settings == null) {
            throw new SottoException(ExitCode.SETTINGS, Parsing.told(faults));
        }
        var conf = new SparkConf();
        QuietLogs.here(conf);
        RunPlan found = Planner.plan(settings, wanted, SparkHadoopUtil.get().newConfiguration(conf));
        PrintWriter out = spec.commandLine().getOut();
        if (plan.json) {
            out.println(PlanJson.render(found));
        } else {
            PlanText.lines(found).forEach(out::println);
        }
        out.flush();
        if (plan.svg != null) {
            draw(found, plan.svg);
        }
        return (found.fits() ? ExitCode.DONE : ExitCode.BUDGET).code();
    }

    private static void draw(RunPlan found, Path file) {
        try {
            Files.writeString(file, PlanPicture.svg(found));
        } catch (IOException cannotWrite) {
            throw new SottoException(
                    ExitCode.OUTPUT,
                    "--svg " + file + " cannot be written: " + Texts.why(cannotWrite)
                            + ". Give a file in a folder that is there and may be written to.",
                    cannotWrite);
        }
    }
}
