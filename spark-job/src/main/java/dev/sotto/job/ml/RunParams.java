package dev.sotto.job.ml;

import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/**
 * Where a copy of the results goes, and what the run is charged to.
 *
 * @param <T> whose params they are
 */
public interface RunParams<T> extends Params {
    default Param<String> output() {
        return Options.text(this, "output");
    }

    default T setOutput(String value) {
        return Options.set(this, output(), value);
    }

    default Param<String> runId() {
        return Options.text(this, "runId");
    }

    default T setRunId(String value) {
        return Options.set(this, runId(), value);
    }

    default LongParam checkpointEvery() {
        return Options.largeCount(this, "checkpointEvery");
    }

    default T setCheckpointEvery(long value) {
        return Options.set(this, checkpointEvery(), value);
    }

    default Param<String> ledger() {
        return Options.text(this, "ledger");
    }

    default T setLedger(String value) {
        return Options.set(this, ledger(), value);
    }

    default DoubleParam budgetEpsilon() {
        return Options.number(this, "budgetEpsilon");
    }

    default T setBudgetEpsilon(double value) {
        return Options.set(this, budgetEpsilon(), value);
    }

    default DoubleParam budgetDelta() {
        return Options.number(this, "budgetDelta");
    }

    default T setBudgetDelta(double value) {
        return Options.set(this, budgetDelta(), value);
    }

    default Param<String> onResume() {
        return Options.text(this, "onResume");
    }

    default T setOnResume(String value) {
        return Options.set(this, onResume(), value);
    }

    default Param<String> ledgerKey() {
        return Options.text(this, "ledgerKey");
    }

    default T setLedgerKey(String value) {
        return Options.set(this, ledgerKey(), value);
    }

    default BooleanParam seedDataIsDisjoint() {
        return Options.flag(this, "seedDataIsDisjoint");
    }

    default T setSeedDataIsDisjoint(boolean value) {
        return Options.set(this, seedDataIsDisjoint(), value);
    }

    default BooleanParam measurePhases() {
        return Options.flag(this, "measurePhases");
    }

    default T setMeasurePhases(boolean value) {
        return Options.set(this, measurePhases(), value);
    }
}
