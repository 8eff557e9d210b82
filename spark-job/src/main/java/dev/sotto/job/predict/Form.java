package dev.sotto.job.predict;

import dev.sotto.core.batch.TokenBatch;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;

/** How the answers of a task stand in a table. */
sealed interface Form extends Serializable {

    /** The columns that a row gets, their names behind a prefix. */
    List<StructField> columns(String prefix);

    /**
     * Writes a row's answer into its columns.
     *
     * @param words how many words the row has, where words are answered for
     */
    void write(RowOutputs row, int words, Object[] values, int at);

    private static StructField column(String name, DataType type) {
        return DataTypes.createStructField(name, type, true);
    }

    private static StructField[] probabilities(String prefix, List<String> labels) {
        return labels.stream()
                .map(label -> column(prefix + "probability_" + label, DataTypes.DoubleType))
                .toArray(StructField[]::new);
    }

    /** The likeliest class, and the probability of each. */
    record OfClass(List<String> labels) implements Form {

        @Override
        public List<StructField> columns(String prefix) {
            List<StructField> columns = new ArrayList<>();
            columns.add(column(prefix + "prediction", DataTypes.StringType));
            columns.addAll(List.of(probabilities(prefix, labels)));
            return columns;
        }

        @Override
        public void write(RowOutputs row, int words, Object[] values, int at) {
            values[at] = labels.get(RowOutputs.best(row.outputs()));
            double[] probabilities = softmax(row.outputs());
            for (int i = 0; i < probabilities.length; i++) {
                values[at + 1 + i] = probabilities[i];
            }
        }
    }

    /** All labels that are likelier than not, and the probability of each. */
    record OfLabels(List<String> labels) implements Form {

        @Override
        public List<StructField> columns(String prefix) {
            List<StructField> columns = new ArrayList<>();
            columns.add(column(prefix + "prediction", DataTypes.createArrayType(DataTypes.StringType)));
            columns.addAll(List.of(probabilities(prefix, labels)));
            return columns;
        }

        @Override
        public void write(RowOutputs row, int words, Object[] values, int at) {
            List<String> likely = new ArrayList<>();
            for (int i = 0; i < labels.size(); i++) {
                double output = row.outputs()[i];
                values[at + 1 + i] = 1 / (1 + Math.exp(-output));
                if (output > 0) {
                    likely.add(labels.get(i));
                }
            }
            values[at] = likely.toArray(String[]::new);
        }
    }

    /**
     * The likeliest class of each word, and its probability; null for words that were cut off or have no token. The labels of the
     * batch say which word a token begins.
     */
    record OfWords(List<String> labels) implements Form {

        @Override
        public List<StructField> columns(String prefix) {
            return List.of(
                    column(prefix + "prediction", DataTypes.createArrayType(DataTypes.StringType)),
                    column(prefix + "probability", DataTypes.createArrayType(DataTypes.DoubleType)));
        }

        @Override
        public void write(RowOutputs row, int words, Object[] values, int at) {
            String[] answers = new String[words];
            Double[] likely = new Double[words];
            for (int token = 0; token < row.labels().length; token++) {
                if (row.labels()[token] != TokenBatch.NO_LABEL) {
                    int word = (int) row.labels()[token];
                    float[] outputs = row.ofToken(token, labels.size());
                    int best = RowOutputs.best(outputs);
                    answers[word] = labels.get(best);
                    likely[word] = softmax(outputs)[best];
                }
            }
            values[at] = answers;
            values[at + 1] = likely;
        }
    }

    /** A number. */
    record OfNumber() implements Form {

        @Override
        public List<StructField> columns(String prefix) {
            return List.of(column(prefix + "prediction", DataTypes.DoubleType));
        }

        @Override
        public void write(RowOutputs row, int words, Object[] values, int at) {
            values[at] = (double) row.outputs()[0];
        }
    }

    private static double[] softmax(float[] outputs) {
        double largest = outputs[RowOutputs.best(outputs)];
        double[] shares = new double[outputs.length];
        double sum = 0;
        for (int i = 0; i < shares.length; i++) {
            shares[i] = Math.exp(outputs[i] - largest);
            sum += shares[i];
        }
        for (int i = 0; i < shares.length; i++) {
            shares[i] /= sum;
        }
        return shares;
    }
}
