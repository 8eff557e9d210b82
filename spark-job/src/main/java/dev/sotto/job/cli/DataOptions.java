package dev.sotto.job.cli;

import dev.sotto.core.batch.PromptTemplate;
import dev.sotto.job.config.DataSettings;
import dev.sotto.job.config.DeclaredLabels;
import dev.sotto.job.config.Faults;
import dev.sotto.job.config.Input;
import dev.sotto.job.config.PrivacyUnit;
import dev.sotto.job.config.TableOrigin;
import dev.sotto.job.config.TableSource;
import dev.sotto.job.config.TableStorage;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say what the columns of the tables mean. */
final class DataOptions {
    static final String LABELS = "labels";

    @Option(
            names = "--text-column",
            paramLabel = "<column>",
            description = {
                "The text to learn from; for token-classification a list of words (array<string>). A text counts as far as its"
                        + " first 100 characters for each token of --max-length. Either this or --image-column is required."
            })
    @Nullable
    String textColumn;

    @Option(
            names = "--pair-column",
            paramLabel = "<column>",
            description = {"The second text of each row, for tasks on pairs of texts."})
    @Nullable
    String pairColumn;

    @Option(
            names = "--image-column",
            paramLabel = "<column>",
            description = {
                "The image to learn from: a binary column with PNG or JPEG bytes (or a struct that holds them as bytes,"
                        + " as datasets writes them), or a text column with the paths of such"
                        + " files (hdfs://, s3a://, file:// or /...), which the executors read. Files over 32 MiB, 33,554,432 pixels or"
                        + " 65,535 a side are not decoded."
            })
    @Nullable
    String imageColumn;

    @Option(
            names = "--max-length",
            paramLabel = "<tokens>",
            description = {
                "Tokens kept of a text (of both, for a pair), special tokens included; >= 3 and at most what the model"
                        + " was built for. Time and memory grow with it. Default: 128."
            })
    @Nullable
    Integer maxLength;

    @Option(
            names = "--image-size",
            paramLabel = "<pixels>",
            description = {
                "Side of the square image the model sees. Default: what the model's preprocessor settings say."
            })
    @Nullable
    Integer imageSize;

    @Option(
            names = "--task",
            paramLabel = "<task>",
            description = {
                "classification; prompt (the same, by the word that a masked language model would put into the mask's place of"
                        + " --prompt); multi-label (any number of labels a row); token-classification (a label for each word, such"
                        + " as B-NAME, I-NAME, O); regression; or completion (a language model learns to write the label"
                        + " column's text behind the text column's). Default: classification."
            })
    LearnedTask task = LearnedTask.CLASSIFICATION;

    @Option(
            names = "--label-column",
            paramLabel = "<column>",
            description = {
                "What to predict: a label; a list of labels (array<string>, or of whole numbers) for multi-label; such a list"
                        + " with one for each word for token-classification; a number for regression; a text for completion. Required.",
                "A row whose label is not what was declared, or that cannot be encoded, contributes nothing and ends no run:"
                        + " sotto check-table finds them."
            })
    @Nullable
    String labelColumn;

    @Option(
            names = "--labels",
            paramLabel = "<label>",
            split = ",",
            description = {
                "The labels, as they stand in the label column, separated by commas; in a run file a list. Where the column holds"
                        + " something else than their names, such as a dataset's class numbers, each is value=name, as in"
                        + " 0=negative,1=positive; in a run file a mapping does, too. Their order gives the class numbers, unless"
                        + " the model brings a head for labels of these names, whose order is then kept. Required where labels"
                        + " are learned.",
                "Declared, never collected from the table: the set of labels is public, and a label that occurs in one"
                        + " person's row alone must not be seen."
            })
    @Nullable
    List<String> labels;

    @Option(
            names = "--prompt",
            paramLabel = "<template>",
            description = {
                "For task prompt: what rows are put into, such as '{text} It was {mask}.', or for pairs '{text}? {mask}, {pair}'. Rows"
                        + " that are too long are cut in their texts."
            })
    @Nullable
    String prompt;

    @Option(
            names = "--label-words",
            paramLabel = "<word>",
            split = ",",
            description = {
                "For task prompt: the word that stands for each label in the mask's place, in the order of --labels, such as"
                        + " terrible,great. Each is one token of the model's vocabulary."
            })
    @Nullable
    List<String> labelWords;

    @Option(
            names = "--privacy-unit-column",
            paramLabel = "<column>",
            description = {
                "The column that names the person (patient, customer) a row belongs to: all the rows of one person are"
                        + " then sampled, clipped and hidden together. Changes the guarantee.",
                "Default: each row is hidden by itself, which protects no one who has several rows."
            })
    @Nullable
    String privacyUnitColumn;

    @Option(
            names = "--max-rows-per-unit",
            paramLabel = "<rows>",
            description = {
                "Rows kept of one person, >= 1; further ones are left out. Bounds time and memory; the guarantee holds"
                        + " for any value. Needs --privacy-unit-column. Default: 16."
            })
    @Nullable
    Integer maxRowsPerUnit;

    @Option(
            names = "--partitions",
            paramLabel = "<count>",
            description = {
                "Partitions of the encoded table, >= 1; some multiple of the number of task slots. Speed only. Default:"
                        + " Spark's default parallelism."
            })
    @Nullable
    Integer partitions;

    @Option(
            names = "--storage-level",
            paramLabel = "<level>",
            description = {
                "Where the encoded table is kept between steps: memory_and_disk (in spark.memory.offHeap.size, if that is enabled, and"
                        + " beyond it encrypted on local disks, where a step reads the rows it samples); memory_only (no disk: what"
                        + " does not fit is encoded anew in each step that samples from it); or memory_and_disk_2 (twice, so"
                        + " that the loss of an executor costs no encoding). Speed and memory only. Default: memory_and_disk."
            })
    TableStorage storageLevel = TableStorage.MEMORY_AND_DISK;

    /** The settings that these options and the tables make; null if a fault stands in the way. */
    @Nullable
    DataSettings settings(@Nullable TableOrigin table, @Nullable TableSource evaluation, Faults faults) {
        Input input = input(faults);
        DataSettings.Target target = target(faults);
        PrivacyUnit unit = unit(faults);
        faults.atLeastOne("partitions", partitions, "A table has at least one partition.");
        faults.notSame(
                "privacy-unit-column",
                privacyUnitColumn,
                "label-column",
                labelColumn,
                "All rows of one label would be one person. Name the column that tells whose row it is.");
        faults.notSame(
                "label-column",
                labelColumn,
                "text-column",
                textColumn,
                "What is to be predicted would be read off what is read. Name the column with the answers.");
        faults.notSame(
                "label-column",
                labelColumn,
                "pair-column",
                pairColumn,
                "What is to be predicted would be read off what is read. Name the column with the answers.");
        if (table == null || input == null || target == null) {
            return null;
        }
        return new DataSettings(table, input, target, unit, partitions, storageLevel, evaluation);
    }

    @Nullable
    Input input(Faults faults) {
        if (textColumn == null && imageColumn == null) {
            faults.add(
                    "text-column",
                    "neither text-column nor image-column is given, so there is nothing to read. Name one.");
            return null;
        }
        faults.notBoth(
                "text-column", textColumn, "image-column", imageColumn, "A model reads one or the other: keep one.");
        if (textColumn == null) {
            if (task == LearnedTask.TOKEN_CLASSIFICATION) {
                faults.add(
                        "image-column",
                        "images have no words to be labelled. Name a text-column, or choose another task.");
            }
            faults.notBoth("pair-column", pairColumn, "image-column", imageColumn, "Pairs are of texts: leave it out.");
            faults.notBoth("max-length", maxLength, "image-column", imageColumn, "It counts tokens: leave it out.");
            faults.atLeastOne("image-size", imageSize, "It is the side of the image in pixels.");
            return new Input.Image(Objects.requireNonNull(imageColumn), imageSize);
        }
        faults.notBoth("image-size", imageSize, "text-column", textColumn, "Texts have no pixels: leave it out.");
        if (maxLength != null && maxLength < 3) {
            faults.add(
                    "max-length",
                    "it must be at least 3, found %d: the special tokens alone take two. Try 128."
                            .formatted(maxLength));
        }
        int length = maxLength == null ? 128 : maxLength;
        if (task != LearnedTask.TOKEN_CLASSIFICATION) {
            return new Input.Text(textColumn, pairColumn, length);
        }
        faults.notBoth(
                "pair-column", pairColumn, "task: " + task, task, "Words are labelled in one list: leave it out.");
        return new Input.Words(textColumn, length);
    }

    private DataSettings.@Nullable Target target(Faults faults) {
        String column = faults.required("label-column", labelColumn, "Name the column that holds what to predict.");
        if (task != LearnedTask.PROMPT) {
            faults.notBoth("prompt", prompt, "task: " + task, task, "It is asked in another way: leave it out.");
            faults.notBoth("label-words", labelWords, "task: " + task, task, "No word is looked for: leave it out.");
        }
        if (task == LearnedTask.COMPLETION) {
            faults.notBoth("labels", labels, "task: completion", task, "A text is written, not a label: leave it out.");
            faults.notBoth(
                    "pair-column",
                    pairColumn,
                    "task: completion",
                    task,
                    "The text column is the prompt, the label column what follows it: leave it out.");
            faults.notBoth(
                    "image-column", imageColumn, "task: completion", task, "Prompts are texts: name a text-column.");
            return column == null ? null : new DataSettings.Target.Completion(column);
        }
        if (task == LearnedTask.REGRESSION) {
            faults.notBoth(
                    "labels", labels, "task: regression", task, "A number is predicted, not a label: leave it out.");
            return column == null ? null : new DataSettings.Target.Quantity(column);
        }
        List<String> typed = faults.required(
                "labels",
                labels,
                "Declare them in the run file, such as labels: [negative, positive]. They are never collected from the"
                        + " table, because a label that only one person has would then be published.");
        if (typed == null) {
            return null;
        }
        int fewest = task == LearnedTask.MULTI_LABEL ? 1 : 2;
        if (typed.size() < fewest) {
            faults.add(
                    "labels",
                    "there must be at least %d, found %d. Declare all that may occur.".formatted(fewest, typed.size()));
        }
        DeclaredLabels declared = DeclaredLabels.read(typed, faults);
        if (task == LearnedTask.PROMPT) {
            PromptTemplate template = template(faults);
            List<String> words = words(declared.names(), faults);
            return column == null || template == null || words == null
                    ? null
                    : new DataSettings.Target.Prompted(column, declared, template, words);
        }
        return column == null ? null : ofLabels(column, declared);
    }

    private @Nullable PromptTemplate template(Faults faults) {
        faults.notBoth("image-column", imageColumn, "task: prompt", task, "Prompts are texts: name a text-column.");
        String written = faults.required("prompt", prompt, "Write one, such as prompt: '{text} It was {mask}.'");
        if (written == null) {
            return null;
        }
        try {
            PromptTemplate template = PromptTemplate.of(written);
            if (template.hasPair() != (pairColumn != null)) {
                faults.add(
                        "prompt",
                        template.hasPair()
                                ? "it has a place for a second text, and there is none. Give pair-column, or take {pair} out."
                                : "it has no place for the second text. Put {pair} in, or leave pair-column out.");
            }
            return template;
        } catch (IllegalArgumentException wrong) {
            faults.add("prompt", String.valueOf(wrong.getMessage()));
            return null;
        }
    }

    private @Nullable List<String> words(List<String> declared, Faults faults) {
        List<String> words = faults.required(
                "label-words", labelWords, "Give a word for each label, such as label-words: [terrible, great]");
        if (words != null && words.size() != declared.size()) {
            faults.add(
                    "label-words",
                    "there are %d for %d labels. Give one for each, in their order."
                            .formatted(words.size(), declared.size()));
        }
        return words;
    }

    private DataSettings.Target ofLabels(String column, DeclaredLabels declared) {
        return task == LearnedTask.MULTI_LABEL
                ? new DataSettings.Target.LabelSet(column, declared)
                : task == LearnedTask.TOKEN_CLASSIFICATION
                        ? new DataSettings.Target.WordClasses(column, declared)
                        : new DataSettings.Target.Classes(column, declared);
    }

    private PrivacyUnit unit(Faults faults) {
        faults.atLeastOne("max-rows-per-unit", maxRowsPerUnit, "A person without rows contributes nothing.");
        if (privacyUnitColumn == null) {
            if (maxRowsPerUnit != null) {
                faults.add(
                        "max-rows-per-unit",
                        "it is given without privacy-unit-column, so each row is hidden by itself and people with"
                                + " several rows are not. Name the column that tells whose row it is, or leave it out.");
            }
            return new PrivacyUnit.Row();
        }
        return new PrivacyUnit.Column(privacyUnitColumn, maxRowsPerUnit == null ? 16 : maxRowsPerUnit);
    }
}
