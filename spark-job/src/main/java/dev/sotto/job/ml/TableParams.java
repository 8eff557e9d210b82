package dev.sotto.job.ml;

import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.param.StringArrayParam;

/**
 * What the columns of the private dataset mean.
 *
 * @param <T> whose params they are
 */
public interface TableParams<T> extends Params {
    default Param<String> task() {
        return Options.text(this, "task");
    }

    default T setTask(String value) {
        return Options.set(this, task(), value);
    }

    default Param<String> labelCol() {
        return Options.text(this, "labelCol");
    }

    default T setLabelCol(String value) {
        return Options.set(this, labelCol(), value);
    }

    default StringArrayParam labels() {
        return Options.texts(this, "labels");
    }

    default T setLabels(String... values) {
        return Options.set(this, labels(), values);
    }

    default Param<String> prompt() {
        return Options.text(this, "prompt");
    }

    default T setPrompt(String value) {
        return Options.set(this, prompt(), value);
    }

    default StringArrayParam labelWords() {
        return Options.texts(this, "labelWords");
    }

    default T setLabelWords(String... values) {
        return Options.set(this, labelWords(), values);
    }

    default Param<String> privacyUnitCol() {
        return Options.text(this, "privacyUnitCol");
    }

    default T setPrivacyUnitCol(String value) {
        return Options.set(this, privacyUnitCol(), value);
    }

    default IntParam maxRowsPerUnit() {
        return Options.count(this, "maxRowsPerUnit");
    }

    default T setMaxRowsPerUnit(int value) {
        return Options.set(this, maxRowsPerUnit(), value);
    }

    default LongParam units() {
        return Options.largeCount(this, "units");
    }

    default T setUnits(long value) {
        return Options.set(this, units(), value);
    }

    default IntParam partitions() {
        return Options.count(this, "partitions");
    }

    default T setPartitions(int value) {
        return Options.set(this, partitions(), value);
    }

    default Param<String> storageLevel() {
        return Options.text(this, "storageLevel");
    }

    default T setStorageLevel(String value) {
        return Options.set(this, storageLevel(), value);
    }
}
