package dev.sotto.job.data;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** From a row's label as the table holds it to the numbers that the loss takes. Declared, never collected from the data. */
public sealed interface Labels extends Serializable {

    /** The row's numbers: one, or one an output, or one a word; null where the value is not what was declared. */
    float @Nullable [] encode(Row row);

    /** The place of a label among those declared, or a negative number. */
    private static int index(List<String> values, @Nullable String label) {
        return label == null ? -1 : values.indexOf(label.strip());
    }

    /** Values of classes in the order of the model's outputs: the class index. */
    record Classes(List<String> values) implements Labels {
        public Classes {
            values = List.copyOf(values);
        }

        @Override
        public float @Nullable [] encode(Row row) {
            int index = index(values, row.getAs(Table.LABEL));
            return index < 0 ? null : new float[] {index};
        }
    }

    /** Values in the order of the model's outputs: 1 for those that the row's list has, 0 for the others. */
    record LabelSet(List<String> values) implements Labels {
        public LabelSet {
            values = List.copyOf(values);
        }

        @Override
        public float @Nullable [] encode(Row row) {
            List<@Nullable String> given = TextList.of(row, Table.LABEL);
            if (given == null) {
                return null;
            }
            float[] labels = new float[values.size()];
            for (String label : given) {
                int index = index(values, label);
                if (index < 0) {
                    return null;
                }
                labels[index] = 1;
            }
            return labels;
        }
    }

    /** Values of classes in the order of the model's outputs: the class index of each word, as many as there are words. */
    record WordClasses(List<String> values) implements Labels {
        public WordClasses {
            values = List.copyOf(values);
        }

        @Override
        public float @Nullable [] encode(Row row) {
            List<@Nullable String> words = TextList.of(row, Table.TEXT);
            List<@Nullable String> given = TextList.of(row, Table.LABEL);
            if (words == null || given == null || words.size() != given.size()) {
                return null;
            }
            float[] labels = new float[given.size()];
            for (int i = 0; i < labels.length; i++) {
                labels[i] = index(values, given.get(i));
                if (labels[i] < 0) {
                    return null;
                }
            }
            return labels;
        }
    }

    /** A real number. */
    record Target() implements Labels {
        @Override
        public float @Nullable [] encode(Row row) {
            String label = row.getAs(Table.LABEL);
            if (label == null) {
                return null;
            }
            try {
                float target = Float.parseFloat(label.strip());
                return Float.isFinite(target) ? new float[] {target} : null;
            } catch (NumberFormatException notANumber) {
                return null;
            }
        }
    }

    /** A text, which is encoded with the row itself. */
    record Completion() implements Labels {
        @Override
        public float @Nullable [] encode(Row row) {
            String label = row.getAs(Table.LABEL);
            return label == null || label.isBlank() ? null : new float[1];
        }
    }
}
