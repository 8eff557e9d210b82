package dev.sotto.job.config;

import dev.sotto.core.batch.PromptTemplate;
import dev.sotto.core.family.Task;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which rows are learned from, and what they mean.
 *
 * @param table the private table
 * @param input the columns the model reads
 * @param target the column it learns to predict
 * @param unit whose contribution is hidden as a whole
 * @param partitions into how many partitions the encoded table is cut; null leaves Spark's own number
 * @param storage where the encoded table is kept
 * @param evalTable a public table on which accuracy or error is measured; null measures nothing
 */
public record DataSettings(
        TableOrigin table,
        Input input,
        Target target,
        PrivacyUnit unit,
        @Nullable Integer partitions,
        TableStorage storage,
        @Nullable TableSource evalTable) {

    /** The same with another target. */
    public DataSettings with(Target other) {
        return new DataSettings(table, input, other, unit, partitions, storage, evalTable);
    }

    /** What is predicted. Labels are declared, never collected from the data: the set of labels is public. */
    public sealed interface Target {
        String column();

        Task task();

        /** What each of the head's outputs is called, in their order. */
        List<String> names();

        /** How many numbers the model's head gives: for one row, or for one word. */
        default int outputs() {
            return names().size();
        }

        /** A target of labels that were declared. */
        sealed interface Labelled extends Target {
            DeclaredLabels labels();

            @Override
            default List<String> names() {
                return labels().names();
            }

            /** The same with other class numbers. */
            Labelled with(DeclaredLabels others);
        }

        /** One of the labels, whose order gives the class numbers 0, 1, ... */
        record Classes(String column, DeclaredLabels labels) implements Labelled {
            public Classes(String column, List<String> names) {
                this(column, new DeclaredLabels(names));
            }

            @Override
            public Classes with(DeclaredLabels others) {
                return new Classes(column, others);
            }

            @Override
            public Task task() {
                return Task.CLASSIFICATION;
            }
        }

        /**
         * One of the labels, by the word that a masked language model would put into the place of a mask.
         *
         * @param template what rows are put into
         * @param words the word of each label, in their order
         */
        record Prompted(String column, DeclaredLabels labels, PromptTemplate template, List<String> words)
                implements Labelled {
            public Prompted {
                words = List.copyOf(words);
            }

            @Override
            public Prompted with(DeclaredLabels others) {
                return new Prompted(column, others, template, words);
            }

            @Override
            public Task task() {
                return Task.MASKED_PROMPT;
            }
        }

        /** Any of the labels, or none: a list. */
        record LabelSet(String column, DeclaredLabels labels) implements Labelled {
            public LabelSet(String column, List<String> names) {
                this(column, new DeclaredLabels(names));
            }

            @Override
            public LabelSet with(DeclaredLabels others) {
                return new LabelSet(column, others);
            }

            @Override
            public Task task() {
                return Task.MULTI_LABEL;
            }
        }

        /** One of the labels for each word: a list as long as that of the words. */
        record WordClasses(String column, DeclaredLabels labels) implements Labelled {
            public WordClasses(String column, List<String> names) {
                this(column, new DeclaredLabels(names));
            }

            @Override
            public WordClasses with(DeclaredLabels others) {
                return new WordClasses(column, others);
            }

            @Override
            public Task task() {
                return Task.TOKEN_CLASSIFICATION;
            }
        }

        /** A number. */
        record Quantity(String column) implements Target {
            @Override
            public Task task() {
                return Task.REGRESSION;
            }

            @Override
            public List<String> names() {
                return List.of(column);
            }
        }

        /** A text that is to follow the one that is read. */
        record Completion(String column) implements Target {
            @Override
            public Task task() {
                return Task.CAUSAL_LM;
            }

            @Override
            public List<String> names() {
                return List.of(column);
            }
        }
    }
}
