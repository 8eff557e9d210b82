package dev.sotto.job.ml;

import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import dev.sotto.job.cli.ProgramOptions;
import dev.sotto.job.config.AnswerSettings.NamedDelta;
import dev.sotto.job.config.ComputeSettings;
import dev.sotto.job.config.Faults;
import dev.sotto.job.config.HandedOver;
import dev.sotto.job.config.Input;
import dev.sotto.job.predict.ReadyModel;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * What {@link DpFineTuner} trained: a small delta on a seed model that stays where it is. It may be published with its report; what
 * it answers about a row is as private as the row.
 */
public final class DpFineTunedModel extends Model<DpFineTunedModel>
        implements AnswerParams<DpFineTunedModel>, MLWritable {

    private static final long serialVersionUID = 1L;

    private final String uid;
    private final Delta delta;
    private final Reports reports;
    private transient volatile @Nullable Ready ready;

    /** The model as it was last used: to make it ready means reading the seed. */
    private record Ready(String application, String seed, Input input, ComputeSettings compute, ReadyModel model) {}

    DpFineTunedModel(String uid, Delta delta, Reports reports) {
        this.uid = uid;
        this.delta = delta;
        this.reports = reports;
        AnswerColumns.setDefaultNames(this);
    }

    @Override
    public String uid() {
        return uid;
    }

    Delta delta() {
        return delta;
    }

    Reports reports() {
        return reports;
    }

    /** The labels; a label's index is its number in predictions and its place in probabilities. */
    public List<String> labels() {
        return delta.labels();
    }

    /** Upper bound of the privacy loss in nats, at the report's delta; infinite if the run was not private. */
    public double epsilon() {
        return reports.epsilon();
    }

    /** The privacy report as JSON, of the same form as {@code privacy-report.json} of {@code sotto train}. */
    public String privacyReport() {
        return reports.json();
    }

    /** The privacy report as a page for people. */
    public String privacyReportPage() {
        return reports.page();
    }

    /**
     * Adds the answers to the rows, each computed when it is asked for.
     *
     * @throws SottoException if columns do not fit, or the seed model is not the one that was trained
     */
    @Override
    public Dataset<Row> transform(Dataset<?> dataset) {
        Dataset<Row> rows = dataset.toDF();
        transformSchema(rows.schema());
        Dataset<Row> answered = ready(rows.sparkSession()).beside(new HandedOver(rows, "a Dataset"));
        String[] names = Arrays.copyOfRange(answered.columns(), rows.columns().length, answered.columns().length);
        return delta.isOfLabels()
                ? AnswerColumns.ofLabel(answered, names, labels(), this)
                : AnswerColumns.ofNumber(answered, names, this);
    }

    private ReadyModel ready(SparkSession session) {
        var faults = new Faults();
        ProgramOptions.Reading reading = ProgramOptions.reading(Options.values(this), faults);
        Input input = reading.input();
        if (input == null || !faults.isEmpty()) {
            throw new SottoException(ExitCode.SETTINGS, Options.told(this, faults));
        }
        String application = session.sparkContext().applicationId();
        String seed = getOrDefault(seedModel());
        Ready known = ready;
        if (known == null
                || !known.application().equals(application)
                || !known.seed().equals(seed)
                || !known.input().equals(input)
                || !known.compute().equals(reading.compute())) {
            ReadyModel model = delta.asFile(file -> ReadyModel.of(
                    session, seed, new NamedDelta(uid, file.toUri().toString()), input, reading.compute()));
            known = new Ready(application, seed, input, reading.compute(), model);
            ready = known;
        }
        return known.model();
    }

    @Override
    public StructType transformSchema(StructType schema) {
        return AnswerColumns.addTo(schema, this, delta.isOfLabels());
    }

    @Override
    public DpFineTunedModel copy(ParamMap extra) {
        return copyValues(new DpFineTunedModel(uid, delta, reports), extra).setParent(parent());
    }

    @Override
    public MLWriter write() {
        return new ModelFolder.Writer(this);
    }

    /** The one that was saved here. */
    public static DpFineTunedModel load(String path) {
        return read().load(path);
    }

    public static MLReader<DpFineTunedModel> read() {
        return new ModelFolder.Reader();
    }
}
