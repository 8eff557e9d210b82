package dev.sotto.job.data;

import dev.sotto.core.batch.CompletionFiles;
import dev.sotto.core.batch.EncoderFilesException;
import dev.sotto.core.batch.ImageSettings;
import dev.sotto.core.batch.ImageSettingsFile;
import dev.sotto.core.batch.PromptEncoder;
import dev.sotto.core.batch.PromptTemplate;
import dev.sotto.core.batch.TextEncoder;
import dev.sotto.core.batch.TokenizerFiles;
import dev.sotto.core.family.Task;
import dev.sotto.core.family.Verbalizer;
import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import dev.sotto.job.config.DataSettings;
import dev.sotto.job.config.Input;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How this run encodes rows and labels: from the settings and the seed model's own files. */
public final class Encodings {

    private Encodings() {}

    /** How rows are encoded, by the files in the seed model's folder on this machine. */
    public static RowEncoding rows(Input input, DataSettings.Target target, Path seed) {
        if (input instanceof Input.Text text) {
            if (target instanceof DataSettings.Target.Completion) {
                return completions(text, seed);
            }
            if (target instanceof DataSettings.Target.Prompted prompted) {
                return prompts(text, prompted.template(), seed);
            }
        }
        return rows(input, seed);
    }

    /** Prompts with what is to be said behind them. */
    public static RowEncoding completions(Input.Text input, Path seed) {
        try {
            return new CompletionEncoding(CompletionFiles.read(seed, input.maxLength()));
        } catch (EncoderFilesException unusable) {
            throw SottoException.of(ExitCode.MODEL, unusable);
        }
    }

    /** Texts put into a prompt, of which nothing is left out in a row. */
    public static RowEncoding prompts(Input.Text input, PromptTemplate template, Path seed) {
        try {
            TokenizerFiles files = TokenizerFiles.read(seed, input.maxLength());
            PromptEncoder.open(files, template).close(); // here rather than in a task, where a row would have been read
            return new TemplateEncoding(files, template);
        } catch (EncoderFilesException unusable) {
            throw SottoException.of(ExitCode.MODEL, unusable);
        }
    }

    /** How a model is asked for the labels, if it is by a prompt; else null. */
    public static @Nullable Verbalizer verbalizer(DataSettings.Target target, Supplier<Path> seed) {
        if (!(target instanceof DataSettings.Target.Prompted prompted)) {
            return null;
        }
        try (PromptEncoder encoder =
                PromptEncoder.open(TokenizerFiles.read(seed.get(), Integer.MAX_VALUE), prompted.template())) {
            List<Integer> words = prompted.words().stream().map(encoder::idOf).toList();
            return new Verbalizer(prompted.template().toString(), encoder.maskId(), words);
        } catch (IllegalArgumentException unusable) {
            throw SottoException.of(ExitCode.MODEL, unusable);
        }
    }

    /** The same where what is to be said, if known at all, stands apart from what is read. */
    public static RowEncoding rows(Input input, Path seed) {
        try {
            if (input instanceof Input.Text text) {
                return new RowEncoding.Text(tokenizer(seed, text.maxLength()), text.pairColumn() != null);
            }
            if (input instanceof Input.Words words) {
                return new WordsEncoding(tokenizer(seed, words.maxLength()));
            }
            ImageSettings asTrained = ImageSettingsFile.read(seed);
            Integer size = ((Input.Image) input).size();
            return new RowEncoding.Image(size == null ? asTrained : asTrained.withImageSize(size));
        } catch (EncoderFilesException unusable) {
            throw SottoException.of(ExitCode.MODEL, unusable);
        }
    }

    private static TokenizerFiles tokenizer(Path seed, int maxLength) {
        TokenizerFiles files = TokenizerFiles.read(seed, maxLength);
        TextEncoder.checkRoom(files); // here rather than in a task, where a row would have been read
        return files;
    }

    /** How labels are encoded. */
    public static Labels labels(DataSettings.Target target) {
        if (target instanceof DataSettings.Target.Labelled labelled) {
            List<String> values = labelled.labels().values();
            return switch (target.task()) {
                case MULTI_LABEL -> new Labels.LabelSet(values);
                case TOKEN_CLASSIFICATION -> new Labels.WordClasses(values);
                default -> new Labels.Classes(values);
            };
        }
        return target.task() == Task.REGRESSION ? new Labels.Target() : new Labels.Completion();
    }
}
