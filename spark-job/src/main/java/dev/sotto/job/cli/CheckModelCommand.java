package dev.sotto.job.cli;

import dev.sotto.core.batch.EncoderFilesException;
import dev.sotto.core.check.ModelCheck;
import dev.sotto.core.check.ModelReport;
import dev.sotto.core.folder.ModelException;
import dev.sotto.core.method.Trained;
import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import dev.sotto.job.config.Fault;
import dev.sotto.job.config.Faults;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sotto check-model}: is this folder supported, what would learn, does it compute what others compute? */
@Command(
        name = "check-model",
        header = "Says whether a model is supported, what would be trained, and whether it computes what others do.",
        customSynopsis = "sotto check-model --model <folder> [--reference <file>] [--tokens <file>] [options]",
        sortOptions = false)
final class CheckModelCommand implements Callable<Integer> {
    @Spec
    CommandSpec spec = CommandSpec.create();

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this and end.")
    boolean help;

    @Option(
            names = "--model",
            paramLabel = "<folder>",
            required = true,
            description =
                    "The model: a folder on this machine as Hugging Face lays it out; a config.json alone does, unless"
                            + " there is a reference. Or one with a TorchScript archive, which is then tried on made-up rows"
                            + " and compared with what PyTorch makes of it.")
    Path model = Path.of("");

    @ArgGroup(validate = false)
    TrainedOptions train = new TrainedOptions();

    @Option(
            names = "--reference",
            paramLabel = "<file>",
            description = "A safetensors file with inputs and what another implementation gave for them: input/<name>,"
                    + " label, logits, loss_per_sample, grad_sample/<parameter>, and what clipping makes of the"
                    + " gradients. What it lacks is not compared. All biases (key biases among them) and the head are"
                    + " compared, whatever --train says.")
    @Nullable
    Path reference;

    @Option(
            names = "--tokens",
            paramLabel = "<file>",
            description =
                    "Texts and the token ids that Python gives for them, to compare with: one JSON object a line, such as"
                            + " {\"text\": \"some words\", \"ids\": [2, 17, 9, 3]}; where they matter also \"pair\", \"max_length\" and"
                            + " \"types\". The first difference is shown.")
    @Nullable
    Path tokens;

    @Option(
            names = "--tolerance",
            paramLabel = "<share>",
            defaultValue = "1e-5",
            description = "Largest difference that passes, relative to the reference's largest value, > 0. Rounding in"
                    + " 32 bits stays below 1e-5 in shallow models and 1e-3 in deep ones. Default: ${DEFAULT-VALUE}.")
    double tolerance;

    @Override
    public Integer call() {
        ModelReport report = report();
        TokenizerReport tokenizer = tokenizer();
        PrintWriter out = spec.commandLine().getOut();
        report.lines().forEach(out::println);
        tokenizer.lines().forEach(out::println);
        out.flush();
        return (report.passed() && tokenizer.passed() ? ExitCode.DONE : ExitCode.CHECK).code();
    }

    private TokenizerReport tokenizer() {
        try {
            return TokenizerReport.of(model, tokens);
        } catch (EncoderFilesException unusable) {
            throw new SottoException(ExitCode.MODEL, String.valueOf(unusable.getMessage()), unusable);
        }
    }

    private ModelReport report() {
        require(tolerance > 0, "--tolerance must be above 0, found " + tolerance + ". 1e-5 suits float32.");
        if (!Files.isDirectory(model)) {
            throw new SottoException(
                    ExitCode.MODEL,
                    "--model " + model + " is no folder on this machine. Give the folder that holds config.json and"
                            + " model.safetensors.");
        }
        require(
                reference == null || Files.isRegularFile(reference),
                "--reference " + reference + " is no file on this machine. Leave it out to compare nothing.");
        require(
                tokens == null || Files.isRegularFile(tokens),
                "--tokens " + tokens + " is no file on this machine. Leave it out to compare nothing.");
        Faults faults = new Faults();
        Trained trained = train.trained(faults);
        require(faults.isEmpty(), faults.list().stream().map(Fault::toString).collect(Collectors.joining("; ")));
        try {
            return reference == null
                    ? ModelCheck.of(model, trained)
                    : ModelCheck.of(model, trained, reference, tolerance);
        } catch (ModelException unusable) {
            throw new SottoException(ExitCode.MODEL, String.valueOf(unusable.getMessage()), unusable);
        }
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new SottoException(ExitCode.SETTINGS, message);
        }
    }
}
