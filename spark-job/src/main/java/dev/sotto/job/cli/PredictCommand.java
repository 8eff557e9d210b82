package dev.sotto.job.cli;

import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import dev.sotto.job.config.AnswerSettings;
import dev.sotto.job.config.Faults;
import dev.sotto.job.predict.OutputFormat;
import dev.sotto.job.predict.PredictJob;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** {@code sotto predict}: a table with a model's answers beside its rows. */
@Command(
        name = "predict",
        sortOptions = false,
        customSynopsis =
                "sotto [Spark options] predict --table <uri> --text-column <column> --model <uri> --output <uri> [options]",
        header = "Writes a table with a model's predictions, or those of several deltas, beside its rows.",
        description = {
            "",
            "For each row one row is written: the kept columns; prediction, a label or a number; and for labels"
                    + " probability_LABEL of each. With deltas these begin with the delta's name, as in week7_prediction. A row"
                    + " that cannot be read (no text, a corrupt image) is kept, with nulls.",
            "The output is AS PRIVATE AS THE TABLE: a prediction is about its row, and nothing hides it. The guarantee of a"
                    + " model that was trained with privacy covers the table it was trained on, not the rows it predicts on.",
            "All settings are checked before Spark starts, and models before the table is read.",
            "",
        },
        footer = {
            "",
            "Example: sotto predict --table new.parquet --text-column message --keep id --model models/bert --delta"
                    + " week6=runs/6/delta --delta week7=runs/7/delta --output predicted"
        })
final class PredictCommand implements Callable<Integer> {
    @Spec
    CommandSpec spec = CommandSpec.create();

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this and end.")
    boolean help;

    @Mixin
    AnswerOptions options = new AnswerOptions();

    @Option(
            names = "--keep",
            paramLabel = "<column>",
            split = ",",
            description = {
                "The table's columns that are written too, separated by commas, those of --columns among them. Default: all but"
                        + " columns of bytes, of images, and of types that Spark does not read."
            })
    @Nullable
    List<String> keep;

    @Option(
            names = "--output",
            paramLabel = "<uri>",
            description = "A folder that is not there yet, or is empty. Required.")
    @Nullable
    String output;

    @Option(
            names = "--output-format",
            paramLabel = "<format>",
            description = "parquet, json (one object a line) or csv (with a header line). Default: parquet.")
    OutputFormat outputFormat = OutputFormat.PARQUET;

    @Override
    public Integer call() {
        ParseResult typed = spec.commandLine().getParseResult();
        Faults faults = Parsing.faults(typed);
        AnswerSettings settings = options.settings(faults);
        String folder = faults.required("output", output, "Give the folder for the predictions.");
        if (settings == null || folder == null || !faults.isEmpty()) {
            throw new SottoException(ExitCode.SETTINGS, Parsing.told(faults));
        }
        PrintWriter out = spec.commandLine().getOut();
        String written = PredictJob.run(settings, new PredictJob.Output(folder, outputFormat, keep), out::println);
        out.println("predictions: " + written + " (as private as the table)");
        out.flush();
        return ExitCode.DONE.code();
    }
}
