package dev.sotto.job.ml;

import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.param.StringArrayParam;

/**
 * Which parameters learn, and how noisy gradients move them.
 *
 * @param <T> whose params they are
 */
public interface LearningParams<T> extends Params {
    default Param<String> train() {
        return Options.text(this, "train");
    }

    default T setTrain(String value) {
        return Options.set(this, train(), value);
    }

    default Param<String> method() {
        return Options.text(this, "method");
    }

    default T setMethod(String value) {
        return Options.set(this, method(), value);
    }

    default IntParam rank() {
        return Options.count(this, "rank");
    }

    default T setRank(int value) {
        return Options.set(this, rank(), value);
    }

    default DoubleParam alpha() {
        return Options.number(this, "alpha");
    }

    default T setAlpha(double value) {
        return Options.set(this, alpha(), value);
    }

    default StringArrayParam targetModules() {
        return Options.texts(this, "targetModules");
    }

    default T setTargetModules(String... values) {
        return Options.set(this, targetModules(), values);
    }

    default IntParam bottleneck() {
        return Options.count(this, "bottleneck");
    }

    default T setBottleneck(int value) {
        return Options.set(this, bottleneck(), value);
    }

    default IntParam phmDim() {
        return Options.count(this, "phmDim");
    }

    default T setPhmDim(int value) {
        return Options.set(this, phmDim(), value);
    }

    default IntParam phmRank() {
        return Options.count(this, "phmRank");
    }

    default T setPhmRank(int value) {
        return Options.set(this, phmRank(), value);
    }

    default IntParam prefixLength() {
        return Options.count(this, "prefixLength");
    }

    default T setPrefixLength(int value) {
        return Options.set(this, prefixLength(), value);
    }

    default Param<String> trainLayers() {
        return Options.text(this, "trainLayers");
    }

    default T setTrainLayers(String value) {
        return Options.set(this, trainLayers(), value);
    }

    default Param<String> trainNames() {
        return Options.text(this, "trainNames");
    }

    default T setTrainNames(String value) {
        return Options.set(this, trainNames(), value);
    }

    default BooleanParam trainKeyBiases() {
        return Options.flag(this, "trainKeyBiases");
    }

    default T setTrainKeyBiases(boolean yes) {
        return Options.set(this, trainKeyBiases(), yes);
    }

    default BooleanParam addBiases() {
        return Options.flag(this, "addBiases");
    }

    default T setAddBiases(boolean yes) {
        return Options.set(this, addBiases(), yes);
    }

    default Param<String> peftAdapter() {
        return Options.text(this, "peftAdapter");
    }

    default T setPeftAdapter(String value) {
        return Options.set(this, peftAdapter(), value);
    }

    default BooleanParam newHead() {
        return Options.flag(this, "newHead");
    }

    default T setNewHead(boolean yes) {
        return Options.set(this, newHead(), yes);
    }

    default BooleanParam recompute() {
        return Options.flag(this, "recompute");
    }

    default T setRecompute(boolean yes) {
        return Options.set(this, recompute(), yes);
    }

    default Param<String> precision() {
        return Options.text(this, "precision");
    }

    default T setPrecision(String value) {
        return Options.set(this, precision(), value);
    }

    default Param<String> microbatchMemory() {
        return Options.text(this, "microbatchMemory");
    }

    default T setMicrobatchMemory(String value) {
        return Options.set(this, microbatchMemory(), value);
    }

    default Param<String> optimizer() {
        return Options.text(this, "optimizer");
    }

    default T setOptimizer(String value) {
        return Options.set(this, optimizer(), value);
    }

    default DoubleParam learningRate() {
        return Options.number(this, "learningRate");
    }

    default T setLearningRate(double value) {
        return Options.set(this, learningRate(), value);
    }

    default DoubleParam learningRateBody() {
        return Options.number(this, "learningRateBody");
    }

    default T setLearningRateBody(double value) {
        return Options.set(this, learningRateBody(), value);
    }

    default DoubleParam momentum() {
        return Options.number(this, "momentum");
    }

    default T setMomentum(double value) {
        return Options.set(this, momentum(), value);
    }

    default BooleanParam nesterov() {
        return Options.flag(this, "nesterov");
    }

    default T setNesterov(boolean yes) {
        return Options.set(this, nesterov(), yes);
    }

    default DoubleParam beta1() {
        return Options.number(this, "beta1");
    }

    default T setBeta1(double value) {
        return Options.set(this, beta1(), value);
    }

    default DoubleParam beta2() {
        return Options.number(this, "beta2");
    }

    default T setBeta2(double value) {
        return Options.set(this, beta2(), value);
    }

    default DoubleParam noiseCorrection() {
        return Options.number(this, "noiseCorrection");
    }

    default T setNoiseCorrection(double value) {
        return Options.set(this, noiseCorrection(), value);
    }

    default DoubleParam weightDecay() {
        return Options.number(this, "weightDecay");
    }

    default T setWeightDecay(double value) {
        return Options.set(this, weightDecay(), value);
    }

    default Param<String> schedule() {
        return Options.text(this, "schedule");
    }

    default T setSchedule(String value) {
        return Options.set(this, schedule(), value);
    }

    default LongParam warmupSteps() {
        return Options.largeCount(this, "warmupSteps");
    }

    default T setWarmupSteps(long value) {
        return Options.set(this, warmupSteps(), value);
    }

    default DoubleParam emaDecay() {
        return Options.number(this, "emaDecay");
    }

    default T setEmaDecay(double value) {
        return Options.set(this, emaDecay(), value);
    }
}
