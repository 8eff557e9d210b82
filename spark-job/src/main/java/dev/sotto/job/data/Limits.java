package dev.sotto.job.data;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.is_valid_utf8;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.octet_length;
import static org.apache.spark.sql.functions.sha2;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.slice;
import static org.apache.spark.sql.functions.substring;
import static org.apache.spark.sql.functions.transform;
import static org.apache.spark.sql.functions.when;

import dev.sotto.core.batch.ImageEncoder;
import dev.sotto.core.batch.TextEncoder;
import dev.sotto.job.config.DataSettings;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * How much of a row counts. Each bound is public and the same for all rows, so that no single row can stall a run or starve it of
 * memory; they are applied where the table is read, so that what lies beyond them is neither shuffled nor turned into Java's objects.
 * Texts and lists of words are cut, for a model reads their beginning alone; of anything else, too much is as good as nothing.
 */
final class Limits {
    /** Of a label or a number. Longer declared labels have room all the same. */
    static final int SHORT_TEXT_BYTES = 4096;

    /** Of the name of an image's file: S3 refuses longer ones as it does what it is not asked for. */
    static final int FILE_NAME_BYTES = 1024;

    /** Of a unit's name as it is; of longer ones the hash is the name. */
    static final int UNIT_BYTES = 256;

    /** Entries of a list of labels for each that is declared: some may stand there twice. */
    static final int ENTRIES_PER_LABEL = 16;

    private Limits() {}

    /** The beginning of a text, in characters. */
    static Column text(Column text, int maxLength) {
        return substring(text, 1, TextEncoder.characters(maxLength));
    }

    /** The first words of each row, each of which is a token or more, with their labels: none where there is not one for each word. */
    static Dataset<Row> words(Dataset<Row> opened, int maxLength) {
        Column words = col(Table.TEXT);
        Column labels = col(Table.LABEL);
        int characters = TextEncoder.characters(maxLength);
        return opened.withColumn(
                        Table.LABEL, when(size(labels).equalTo(size(words)), shortTexts(slice(labels, 1, maxLength))))
                .withColumn(Table.TEXT, transform(slice(words, 1, maxLength), word -> substring(word, 1, characters)));
    }

    /** A list of labels; null where it is longer than any that was declared could be. */
    static Column labelSet(Column labels, DataSettings.Target.LabelSet target) {
        return shortTexts(
                when(size(labels).leq(ENTRIES_PER_LABEL * target.names().size()), labels));
    }

    private static Column shortTexts(Column texts) {
        return transform(texts, text -> shortText(text, SHORT_TEXT_BYTES));
    }

    /** A label or number; null where it is too long to be one. */
    static Column label(Column label, DataSettings.Target target) {
        List<String> values = target instanceof DataSettings.Target.Labelled labelled
                ? labelled.labels().values()
                : target.names();
        int longest = values.stream()
                .mapToInt(value -> value.getBytes(StandardCharsets.UTF_8).length)
                .max()
                .orElse(0);
        return shortText(label, longest + SHORT_TEXT_BYTES);
    }

    private static Column shortText(Column text, int bytes) {
        return when(octet_length(text).leq(bytes), text);
    }

    /** Bytes of an image, or the name of a file with them; null where there are too many. */
    static Column image(Column image, boolean named) {
        return when(octet_length(image).leq(named ? FILE_NAME_BYTES : ImageEncoder.MAX_FILE_BYTES), image);
    }

    /**
     * A hash is longer than any name that is kept as it is, so that it is nobody else's. Bytes that are no text have it for a name, too:
     * as Java's text two of them may be one.
     */
    static Column unit(Column unit) {
        return when(octet_length(unit).leq(UNIT_BYTES).and(is_valid_utf8(unit)), unit)
                .otherwise(concat(lit(" ".repeat(UNIT_BYTES)), sha2(unit, 256)));
    }
}
