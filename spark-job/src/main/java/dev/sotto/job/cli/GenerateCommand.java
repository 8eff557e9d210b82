package dev.sotto.job.cli;

import dev.sotto.core.batch.CompletionEncoder;
import dev.sotto.core.batch.CompletionFiles;
import dev.sotto.core.batch.EncoderFilesException;
import dev.sotto.core.family.ModelSpec;
import dev.sotto.core.family.Task;
import dev.sotto.core.folder.ModelException;
import dev.sotto.core.generate.TextGenerator;
import dev.sotto.core.method.Trained;
import dev.sotto.core.model.TrainableModel;
import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import dev.sotto.job.config.WritingSettings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sotto generate}: what a language model writes behind prompts, as {@code train --task completion} taught it. */
@Command(
        name = "generate",
        header = "Writes what a language model says behind each prompt, one line each.",
        customSynopsis = "sotto generate --model <folder> --prompt <text> [--prompt <text> ...] [options]",
        sortOptions = false)
final class GenerateCommand implements Callable<Integer> {
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
            description = "The language model: a folder on this machine as Hugging Face lays it out.")
    Path model = Path.of("");

    @Option(
            names = "--prompt",
            paramLabel = "<text>",
            required = true,
            description = "A text as it would stand in the text column. May be given several times.")
    List<String> prompts = List.of();

    @Mixin
    DecodingOptions options = new DecodingOptions();

    @Override
    public Integer call() {
        WritingSettings writing = options.settings();
        // Norms are what every model has; nothing is trained here.
        var spec = new ModelSpec(Task.CAUSAL_LM, 1, Trained.of(Trained.Part.NORMS));
        try (TrainableModel loaded = TrainableModel.load(model, spec);
                CompletionEncoder encoder = CompletionEncoder.open(
                        CompletionFiles.read(model, loaded.seed().longestText()))) {
            loaded.seed().requireFinite();
            var generator = TextGenerator.of(loaded, loaded.initial(), encoder.endOfText());
            PrintWriter out = this.spec.commandLine().getOut();
            for (String prompt : prompts) {
                int[] ids = encoder.prompt(prompt);
                int most = Math.min(writing.maxTokens(), encoder.maxLength() - ids.length);
                out.println(encoder.decode(generator.write(ids, most, writing.decoding())));
                out.flush();
            }
        } catch (ModelException | EncoderFilesException unusable) {
            throw SottoException.of(ExitCode.MODEL, unusable);
        }
        return ExitCode.DONE.code();
    }
}
