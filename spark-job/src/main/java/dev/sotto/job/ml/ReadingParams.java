package dev.sotto.job.ml;

import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/**
 * What is read of each row, and by which model.
 *
 * @param <T> whose params they are
 */
public interface ReadingParams<T> extends Params {
    default Param<String> seedModel() {
        return Options.text(this, "seedModel");
    }

    default T setSeedModel(String value) {
        return Options.set(this, seedModel(), value);
    }

    default Param<String> textCol() {
        return Options.text(this, "textCol");
    }

    default T setTextCol(String value) {
        return Options.set(this, textCol(), value);
    }

    default Param<String> pairCol() {
        return Options.text(this, "pairCol");
    }

    default T setPairCol(String value) {
        return Options.set(this, pairCol(), value);
    }

    default Param<String> imageCol() {
        return Options.text(this, "imageCol");
    }

    default T setImageCol(String value) {
        return Options.set(this, imageCol(), value);
    }

    default IntParam maxLength() {
        return Options.count(this, "maxLength");
    }

    default T setMaxLength(int value) {
        return Options.set(this, maxLength(), value);
    }

    default IntParam imageSize() {
        return Options.count(this, "imageSize");
    }

    default T setImageSize(int value) {
        return Options.set(this, imageSize(), value);
    }

    default IntParam microbatchTokens() {
        return Options.count(this, "microbatchTokens");
    }

    default T setMicrobatchTokens(int value) {
        return Options.set(this, microbatchTokens(), value);
    }

    default IntParam microbatchRows() {
        return Options.count(this, "microbatchRows");
    }

    default T setMicrobatchRows(int value) {
        return Options.set(this, microbatchRows(), value);
    }
}
