package dev.sotto.job.ml;

import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.param.StringArrayParam;

/**
 * What makes the guarantee.
 *
 * @param <T> whose params they are
 */
public interface PrivacyParams<T> extends Params {
    default DoubleParam targetEpsilon() {
        return Options.number(this, "targetEpsilon");
    }

    default T setTargetEpsilon(double value) {
        return Options.set(this, targetEpsilon(), value);
    }

    default DoubleParam delta() {
        return Options.number(this, "delta");
    }

    default T setDelta(double value) {
        return Options.set(this, delta(), value);
    }

    default DoubleParam noiseMultiplier() {
        return Options.number(this, "noiseMultiplier");
    }

    default T setNoiseMultiplier(double value) {
        return Options.set(this, noiseMultiplier(), value);
    }

    default BooleanParam nonPrivate() {
        return Options.flag(this, "nonPrivate");
    }

    default T setNonPrivate(boolean yes) {
        return Options.set(this, nonPrivate(), yes);
    }

    default BooleanParam noUsableCount() {
        return Options.flag(this, "noUsableCount");
    }

    default T setNoUsableCount(boolean yes) {
        return Options.set(this, noUsableCount(), yes);
    }

    default DoubleParam batchSize() {
        return Options.number(this, "batchSize");
    }

    default T setBatchSize(double value) {
        return Options.set(this, batchSize(), value);
    }

    default DoubleParam samplingProbability() {
        return Options.number(this, "samplingProbability");
    }

    default T setSamplingProbability(double value) {
        return Options.set(this, samplingProbability(), value);
    }

    default LongParam steps() {
        return Options.largeCount(this, "steps");
    }

    default T setSteps(long value) {
        return Options.set(this, steps(), value);
    }

    default DoubleParam epochs() {
        return Options.number(this, "epochs");
    }

    default T setEpochs(double value) {
        return Options.set(this, epochs(), value);
    }

    default Param<String> clipping() {
        return Options.text(this, "clipping");
    }

    default T setClipping(String value) {
        return Options.set(this, clipping(), value);
    }

    default DoubleParam clippingNorm() {
        return Options.number(this, "clippingNorm");
    }

    default T setClippingNorm(double value) {
        return Options.set(this, clippingNorm(), value);
    }

    default Param<String> clippingGroups() {
        return Options.text(this, "clippingGroups");
    }

    default T setClippingGroups(String value) {
        return Options.set(this, clippingGroups(), value);
    }

    default StringArrayParam clippingShares() {
        return Options.texts(this, "clippingShares");
    }

    default T setClippingShares(String... values) {
        return Options.set(this, clippingShares(), values);
    }

    default Param<String> rowIndependence() {
        return Options.text(this, "rowIndependence");
    }

    default T setRowIndependence(String value) {
        return Options.set(this, rowIndependence(), value);
    }

    default LongParam insecureSeed() {
        return Options.largeCount(this, "insecureSeed");
    }

    default T setInsecureSeed(long value) {
        return Options.set(this, insecureSeed(), value);
    }
}
