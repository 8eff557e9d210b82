package dev.sotto.job.ml;

import static org.apache.spark.ml.functions.array_to_vector;
import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.array_position;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.param.Param;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Answers in the form in which the stages of a pipeline hand them on. */
final class AnswerColumns {

    private AnswerColumns() {}

    /** Gives the columns Spark's usual names. */
    static void setDefaultNames(AnswerParams<?> params) {
        params.setDefault(params.predictionCol(), "prediction");
        params.setDefault(params.probabilityCol(), "probability");
        params.setDefault(params.predictedLabelCol(), "predictedLabel");
    }

    /**
     * A schema with the columns of the answers.
     *
     * @param ofLabels whether labels are answered, not numbers
     * @throws SottoException if a column that is read is missing, or a name is taken
     */
    static StructType addTo(StructType schema, AnswerParams<?> params, boolean ofLabels) {
        List<String> columns = Arrays.asList(schema.fieldNames());
        for (Param<String> read : List.of(params.textCol(), params.pairCol(), params.imageCol())) {
            if (params.isDefined(read) && !columns.contains(params.getOrDefault(read))) {
                throw refused(params, read, "is not in the dataset, which has " + columns + ". Name one of these.");
            }
        }
        for (Param<String> answer : answers(params, ofLabels)) {
            if (columns.stream().anyMatch(params.getOrDefault(answer)::equalsIgnoreCase)) {
                throw refused(params, answer, "is in the dataset already. Drop it there, or give another name.");
            }
        }
        StructType numbers = schema.add(params.getOrDefault(params.predictionCol()), DataTypes.DoubleType);
        return ofLabels
                ? numbers.add(params.getOrDefault(params.probabilityCol()), SQLDataTypes.VectorType())
                        .add(params.getOrDefault(params.predictedLabelCol()), DataTypes.StringType)
                : numbers;
    }

    private static List<Param<String>> answers(AnswerParams<?> params, boolean ofLabels) {
        return ofLabels
                ? List.of(params.predictionCol(), params.probabilityCol(), params.predictedLabelCol())
                : List.of(params.predictionCol());
    }

    private static SottoException refused(AnswerParams<?> params, Param<String> param, String why) {
        return new SottoException(
                ExitCode.DATA,
                param.name() + ": the column " + params.getOrDefault(param) + " " + why + " No row was read.");
    }

    /**
     * Puts a number that was answered where it belongs.
     *
     * @param names the answers' columns, which go: the number
     */
    static Dataset<Row> ofNumber(Dataset<Row> answered, String[] names, AnswerParams<?> params) {
        return answered.withColumn(params.getOrDefault(params.predictionCol()), column(names[0]))
                .drop(names);
    }

    /**
     * The same of a label.
     *
     * @param names the answers' columns, which go: the label, then the probability of each
     */
    static Dataset<Row> ofLabel(Dataset<Row> answered, String[] names, List<String> labels, AnswerParams<?> params) {
        String[] values = labels.toArray(String[]::new);
        Column answer = column(names[0]);
        Column index = array_position(lit(values), answer).minus(1).cast(DataTypes.DoubleType);
        Column probabilities =
                array(Stream.of(names).skip(1).map(AnswerColumns::column).toArray(Column[]::new));
        String prediction = params.getOrDefault(params.predictionCol());
        var attribute = NominalAttribute.defaultAttr().withName(prediction).withValues(values);
        return answered.withColumn(prediction, index)
                .withMetadata(prediction, attribute.toMetadata())
                .withColumn(
                        params.getOrDefault(params.probabilityCol()),
                        when(answer.isNotNull(), array_to_vector(probabilities)))
                .withColumn(params.getOrDefault(params.predictedLabelCol()), answer)
                .drop(names);
    }

    private static Column column(String name) {
        return col("`" + name.replace("`", "``") + "`");
    }
}
