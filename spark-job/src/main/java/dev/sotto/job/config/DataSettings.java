package dev.sotto.job.config;

import dev.sotto.core.batch.PromptTemplate;
import dev.sotto.core.model.Task;
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

        /** One of {@code names}, whose order gives the class numbers 0, 1, ... */
        record Classes(String column, List<String> names) implements Target {
            public Classes {
                names = List.copyOf(names);
            }

            @Override
            public Task task() {
                return Task.CLASSIFICATION;
            }
        }

        /**
         * One of {@code names}, by the word that a masked language model would put into the place of a mask.
         *
         * @param template what rows are put into
         * @param words the word of each name, in their order
         */
        record Prompted(String column, List<String> names, PromptTemplate template, List<String> words)
                implements Target {
            public Prompted {
                names = List.copyOf(names);
                words = List.copyOf(words);
            }

            @Override
            public Task task() {
                return Task.MASKED_PROMPT;
            }
        }

        /** Any of {@code names}, or none: a list. */
        record LabelSet(String column, List<String> names) implements Target {
            public LabelSet {
                names = List.copyOf(names);
            }

            @Override
            public Task task() {
                return Task.MULTI_LABEL;
            }
        }

        /** One of {@code names} for each word: a list as long as that of the words. */
        record WordClasses(String column, List<String> names) implements Target {
            public WordClasses {
                names = List.copyOf(names);
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
