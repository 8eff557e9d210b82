package dev.sotto.job.ml;

import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import dev.sotto.job.cli.ProgramOptions;
import dev.sotto.job.config.DataSettings.Target;
import dev.sotto.job.config.Faults;
import dev.sotto.job.config.HandedOver;
import dev.sotto.job.config.TrainSettings;
import dev.sotto.job.train.Finished;
import dev.sotto.job.train.TrainJob;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * {@code sotto train} on a Dataset: fine-tunes a model's biases and head with differential privacy. Each fit is a run of its own: it
 * draws noise of its own and is charged to the ledger as a whole, before a row is read; so is each of the many fits of a search
 * over params.
 *
 * <p>The promise is about the rows of the Dataset that is handed over, whatever query made them: a privacy unit is one of them, or
 * all that share a value of {@code privacyUnitCol}. A Dataset whose rows could be others when they are computed again is refused.
 */
public final class DpFineTuner extends Estimator<DpFineTunedModel>
        implements AnswerParams<DpFineTuner>,
                TableParams<DpFineTuner>,
                PrivacyParams<DpFineTuner>,
                LearningParams<DpFineTuner>,
                RunParams<DpFineTuner>,
                DefaultParamsWritable {

    private static final long serialVersionUID = 1L;

    private final String uid;

    public DpFineTuner() {
        this(Identifiable.randomUID("dpFineTuner"));
    }

    public DpFineTuner(String uid) {
        this.uid = uid;
        AnswerColumns.setDefaultNames(this);
    }

    @Override
    public String uid() {
        return uid;
    }

    /** What the Dataset is called in the privacy report: its rows came from somewhere that an auditor may ask for. */
    public Param<String> tableName() {
        return new Param<>(this, "tableName", "What the dataset is called in the privacy report. Default: a Dataset.");
    }

    public DpFineTuner setTableName(String value) {
        return Options.set(this, tableName(), value);
    }

    /**
     * Trains.
     *
     * @throws SottoException with what is wrong and what to do, if settings, dataset, model or Spark's own settings do not fit; or
     *     the privacy budget does not allow the run, which is found before a row is read
     */
    @Override
    public DpFineTunedModel fit(Dataset<?> dataset) {
        Dataset<Row> rows = dataset.toDF();
        transformSchema(rows.schema());
        TrainSettings settings = settings(new HandedOver(rows, name()));
        Finished run = TrainJob.in(rows.sparkSession(), settings, LogConsole.of(DpFineTuner.class));
        var model = new DpFineTunedModel(uid, Delta.of(run), Reports.of(run.report()));
        return copyValues(model, new ParamMap()).setParent(this);
    }

    private String name() {
        return get(tableName()).getOrElse(() -> "a Dataset");
    }

    private TrainSettings settings(HandedOver rows) {
        var faults = new Faults();
        TrainSettings settings = ProgramOptions.settings(rows, Options.values(this), faults);
        if (settings != null
                && !(settings.data().target() instanceof Target.Classes)
                && !(settings.data().target() instanceof Target.Prompted)
                && !(settings.data().target() instanceof Target.Quantity)) {
            faults.add(
                    "task",
                    "a pipeline predicts labels or numbers: give classification, prompt or regression. For others there is sotto train.");
        }
        if (settings == null || !faults.isEmpty()) {
            throw new SottoException(ExitCode.SETTINGS, Options.told(this, faults));
        }
        return settings;
    }

    /** @throws SottoException if columns that were named are missing, or columns that answers need are taken */
    @Override
    public StructType transformSchema(StructType schema) {
        return AnswerColumns.addTo(schema, this, !get(task()).contains("regression"));
    }

    @Override
    public DpFineTuner copy(ParamMap extra) {
        return defaultCopy(extra);
    }

    /** The one that was saved here. */
    public static DpFineTuner load(String path) {
        return read().load(path);
    }

    public static MLReader<DpFineTuner> read() {
        return new DefaultParamsReader<>();
    }
}
