package dev.sotto.job.cli;

import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import dev.sotto.job.config.AnswerSettings;
import dev.sotto.job.config.DeclaredLabels;
import dev.sotto.job.config.Faults;
import dev.sotto.job.config.WritingSettings;
import dev.sotto.job.predict.EvaluateJob;
import dev.sotto.job.predict.Measured;
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

/** {@code sotto evaluate}: how well models do on a public table. */
@Command(
        name = "evaluate",
        sortOptions = false,
        customSynopsis =
                "sotto [Spark options] evaluate --table <uri> --table-is-public --text-column <column> --label-column"
                        + " <column> --model <uri> [options]",
        header = "Measures a model, or several deltas, on a PUBLIC table.",
        description = {
            "",
            "One line a model. Of classes: accuracy, macro F1 (the mean over the classes that occur or are predicted), Matthews'"
                    + " correlation; of two classes also F1 of the second, the area under the ROC curve, average precision. Of"
                    + " several labels a row: micro and macro F1, exact match, macro area under the ROC curve, macro average"
                    + " precision. Of labels of words: F1, precision and recall of spans (B-, I- and O tags), and the share of"
                    + " right words. Of numbers: the root of the mean squared error, Pearson's correlation. Of language models: loss in nats a"
                    + " token, perplexity, and with --generate what texts are compared by (sotto score --help).",
            "Rows that cannot be read, or whose label the model does not know, are left out and counted.",
            "What is printed and written has no noise and no guarantee: nobody in the table is protected.",
            "",
        })
final class EvaluateCommand implements Callable<Integer> {
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
            names = "--label-column",
            paramLabel = "<column>",
            description =
                    "What the model should have said, as sotto train takes it: a label, a list of them, a number, or a text. Required.")
    @Nullable
    String labelColumn;

    @Option(
            names = "--labels",
            paramLabel = "<value=name>",
            split = ",",
            description =
                    "What the label column holds for each of the model's labels where that is not the label itself, such as"
                            + " 0=negative,1=positive; of all of them.")
    @Nullable
    List<String> labels;

    @Option(
            names = "--generate",
            description = {
                "Of language models: write behind each prompt, too, with the options of sotto generate, and compare the texts"
                        + " with what stands there in the table. Slow: a text takes as long as some dozen rows."
            })
    boolean generate;

    @Mixin
    DecodingOptions decoding = new DecodingOptions();

    @Option(names = "--table-is-public", description = "Your statement that the table may be published. Required.")
    boolean tableIsPublic;

    @Option(
            names = "--output",
            paramLabel = "<uri>",
            description =
                    "A folder that is not there yet, or is empty, for evaluation.json and the texts that were written. Default: only"
                            + " printed.")
    @Nullable
    String output;

    @Override
    public Integer call() {
        ParseResult typed = spec.commandLine().getParseResult();
        Faults faults = Parsing.faults(typed);
        AnswerSettings settings = options.settings(faults);
        String label = faults.required("label-column", labelColumn, "Name the column with the right answers.");
        if (!tableIsPublic) {
            faults.add(
                    "table-is-public",
                    "it is missing. What is measured is printed without noise, so the table's rows are not protected. If they"
                            + " may be published, say so with --table-is-public.");
        }
        DeclaredLabels values = labels == null ? null : DeclaredLabels.read(labels, faults);
        WritingSettings writing = writing(typed, faults);
        if (settings == null || label == null || !faults.isEmpty()) {
            throw new SottoException(ExitCode.SETTINGS, Parsing.told(faults));
        }
        PrintWriter out = spec.commandLine().getOut();
        for (Measured measured : EvaluateJob.run(settings, label, values, writing, output)) {
            out.println(measured.line());
            measured.classLines().forEach(out::println);
        }
        out.flush();
        return ExitCode.DONE.code();
    }

    private @Nullable WritingSettings writing(ParseResult typed, Faults faults) {
        if (generate) {
            return decoding.settings();
        }
        for (String option : DecodingOptions.NAMES) {
            if (typed.hasMatchedOption("--" + option)) {
                faults.add(option, "it says how texts are written, and none are. Add --generate, or leave it out.");
            }
        }
        return null;
    }
}
