package dev.sotto.job.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sotto.accountant.ledger.Ledger;
import dev.sotto.accountant.ledger.LocalLedgerStore;
import dev.sotto.job.ExitCode;
import dev.sotto.job.LocalSpark;
import dev.sotto.job.SottoException;
import dev.sotto.job.cli.ProgramOptions;
import dev.sotto.job.cli.TinyModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.feature.IndexToString;
import org.apache.spark.ml.feature.SQLTransformer;
import org.apache.spark.ml.feature.StringIndexerModel;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.Param;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Training and answering in pipelines of Spark ML, on Spark in this JVM. */
@ExtendWith(LocalSpark.class)
class PipelineTest {

    private static final AtomicLong ROWS_READ = new AtomicLong(); // a task in this JVM can reach no field of the test

    @TempDir
    Path folder;

    private Path seed = Path.of("");
    private Path table = Path.of("");

    @BeforeEach
    void makeModelAndTable() throws IOException {
        seed = TinyModel.in(folder);
        table = TinyModel.table(folder, "table.csv", 400);
    }

    private Dataset<Row> messages(SparkSession spark) {
        return spark.read().option("header", true).csv(table.toString());
    }

    private DpFineTuner tuner() {
        return new DpFineTuner()
                .setSeedModel(seed.toString())
                .setTextCol("message")
                .setLabelCol("answer")
                .setLabels("no", "yes")
                .setTargetEpsilon(3)
                .setDelta(1e-4)
                .setUnits(400)
                .setBatchSize(20)
                .setUnits(400)
                .setSteps(3)
                .setLearningRate(0.01);
    }

    private Ledger ledger() {
        return Ledger.open(new LocalLedgerStore(folder.resolve("ledger")));
    }

    private static List<Row> answers(Dataset<Row> answered) {
        return answered.select("message", "prediction", "probability", "predictedLabel")
                .collectAsList();
    }

    @Test
    void pipeline_answersAfterLoadingAsBefore(SparkSession spark) throws IOException {
        var lowerCase = new SQLTransformer().setStatement("SELECT *, lower(message) AS small FROM __THIS__");
        var pipeline = new Pipeline().setStages(new PipelineStage[] {
            lowerCase,
            tuner().setTextCol("small").setPrivacyUnitCol("person").setUnits(40),
            new IndexToString().setInputCol("prediction").setOutputCol("backAgain")
        });
        String saved = folder.resolve("pipeline").toString();
        pipeline.save(saved);
        PipelineModel model = Pipeline.load(saved).fit(messages(spark));
        Dataset<Row> answered = model.transform(messages(spark));

        assertThat(answered.columns())
                .containsExactly(
                        "person",
                        "message",
                        "answer",
                        "small",
                        "prediction",
                        "probability",
                        "predictedLabel",
                        "backAgain");
        List<Row> rows = answered.collectAsList();
        assertThat(rows).hasSize(400).allSatisfy(row -> {
            Vector probability = row.getAs("probability");
            assertThat(probability.apply(0) + probability.apply(1)).isCloseTo(1, within(1e-9));
            assertThat(row.<Double>getAs("prediction")).isEqualTo(probability.argmax());
            assertThat(row.<String>getAs("predictedLabel")).isEqualTo(probability.argmax() == 0 ? "no" : "yes");
            assertThat(row.<String>getAs("backAgain")).isEqualTo(row.getAs("predictedLabel"));
        });

        String savedModel = folder.resolve("model").toString();
        model.save(savedModel);
        Dataset<Row> again = PipelineModel.load(savedModel).transform(messages(spark));
        assertThat(again.collectAsList()).isEqualTo(rows);
        assertThat(again.schema()).isEqualTo(answered.schema());
        DpFineTunedModel tuned =
                (DpFineTunedModel) PipelineModel.load(savedModel).stages()[1];
        assertThat(tuned.epsilon()).isBetween(2.5, 3.0);
        assertThat(tuned.privacyReport()).contains("\"column\" : \"person\"");
        var index = new StringIndexerModel(new String[] {"no", "yes"})
                .setInputCol("answer")
                .setOutputCol("label");
        assertThat(new MulticlassClassificationEvaluator()
                        .setMetricName("accuracy")
                        .evaluate(index.transform(again)))
                .isBetween(0.0, 1.0);
    }

    @Test
    void fit_isChargedAndLeavesTheSessionAsItWas(SparkSession spark) {
        spark.sparkContext().setJobDescription("mine");
        DpFineTuner tuner = tuner().setLedger(folder.resolve("ledger").toString());

        tuner.setRunId("first").fit(messages(spark));
        tuner.copy(new org.apache.spark.ml.param.ParamMap().put(tuner.runId(), "second"))
                .fit(messages(spark));

        assertThat(ledger().runs()).extracting("id").containsExactly("first", "second");
        assertThat(ledger().spent(1e-4).upper()).isBetween(3.0, 6.0);
        assertThat(spark.sparkContext().isStopped()).isFalse();
        assertThat(spark.sparkContext().getLocalProperty("spark.job.description"))
                .isEqualTo("mine");
        assertThat(spark.sparkContext().getPersistentRDDs().isEmpty()).isTrue();
        spark.sparkContext().setJobDescription(null);
    }

    /** The messages, and a count of how many of them were read. */
    private Dataset<Row> counted(SparkSession spark) {
        ROWS_READ.set(0);
        var count = functions.udf(
                (UDF1<String, String>) text -> {
                    ROWS_READ.incrementAndGet();
                    return text;
                },
                DataTypes.StringType);
        return messages(spark).withColumn("message", count.apply(functions.col("message")));
    }

    @Test
    void runThatTheBudgetDoesNotAllow_isRefusedBeforeARowIsRead(SparkSession spark) {
        DpFineTuner tuner = tuner().setLedger(folder.resolve("ledger").toString())
                .setBudgetEpsilon(2)
                .setBudgetDelta(1e-4);

        assertThatThrownBy(() -> tuner.fit(counted(spark)))
                .isInstanceOfSatisfying(SottoException.class, refused -> assertThat(refused.exitCode())
                        .isEqualTo(ExitCode.BUDGET));
        assertThat(ROWS_READ).hasValue(0);
        assertThat(ledger().runs()).isEmpty();

        tuner.setBudgetEpsilon(4).fit(counted(spark));
        assertThat(ROWS_READ).hasValueGreaterThanOrEqualTo(400);
    }

    @Test
    void rowsThatCouldBeOthersNextTime_areRefused(SparkSession spark) {
        assertThatThrownBy(() -> tuner().fit(counted(spark).where("rand() < 0.5")))
                .isInstanceOf(SottoException.class)
                .hasMessageContaining("the function rand")
                .hasMessageContaining("checkpoint()");
        assertThat(ROWS_READ).hasValue(0);
    }

    @Test
    void sessionThatCouldDealRowsTwice_isRefused(SparkSession spark) {
        SparkSession other = spark.newSession();
        other.conf().set("spark.sql.execution.sortBeforeRepartition", false);

        assertThatThrownBy(() -> tuner().fit(messages(other)))
                .hasMessageContaining("spark.sql.execution.sortBeforeRepartition is false");
    }

    @Test
    void everyFault_isToldUnderTheNameThatItHasHere(SparkSession spark) {
        DpFineTuner tuner = new DpFineTuner()
                .setSeedModel(seed.toString())
                .setTextCol("message")
                .setLabels("no", "yes")
                .setDelta(1e-4)
                .setBatchSize(-1)
                .setSteps(3)
                .setOptimizer("newton");

        assertThatThrownBy(() -> tuner.fit(messages(spark)))
                .hasMessageContaining("- labelCol: it is missing")
                .hasMessageContaining("- targetEpsilon: neither")
                .hasMessageContaining("- batchSize: it must be finite and above 0")
                .hasMessageContaining("- optimizer: 'newton' cannot be read");
        DpFineTuner writer = tuner().setTask("completion");
        writer.clear(writer.labels());
        assertThatThrownBy(() -> writer.fit(messages(spark))).hasMessageContaining("- task: a pipeline predicts");
    }

    @Test
    void columns_areCheckedByTheSchemaAlone(SparkSession spark) {
        assertThatThrownBy(() -> tuner().setTextCol("massage")
                        .transformSchema(messages(spark).schema()))
                .hasMessageContaining("textCol: the column massage is not in the dataset");
        assertThatThrownBy(() -> tuner().setPredictionCol("Answer")
                        .transformSchema(messages(spark).schema()))
                .hasMessageContaining("predictionCol: the column Answer is in the dataset already");
        assertThatThrownBy(() -> tuner().setLabelCol("anser").fit(messages(spark)))
                .hasMessageContaining("Did you mean answer?");
    }

    @Test
    void savedModel_holdsWhatMayBePublishedAndNoMore(SparkSession spark) throws IOException {
        Path saved = folder.resolve("saved");
        tuner().setInsecureSeed(7).fit(messages(spark)).save(saved.toString());

        String metadata =
                spark.read().textFile(saved.resolve("metadata").toString()).first();
        assertThat(metadata)
                .contains("seedModel")
                .doesNotContain("insecureSeed")
                .doesNotContain("word");
        try (Stream<Path> files = Files.walk(saved)) {
            assertThat(files.filter(Files::isRegularFile)
                            .map(file -> saved.relativize(file).toString())
                            .filter(name -> !name.endsWith(".crc") && !name.startsWith("metadata/")))
                    .containsExactlyInAnyOrder("delta/delta.safetensors", "privacy-report.json", "privacy-report.html");
        }
    }

    @Test
    void rowWithoutText_isAnsweredWithNulls(SparkSession spark) {
        DpFineTunedModel model = tuner().fit(messages(spark));
        Dataset<Row> rows =
                messages(spark).limit(2).withColumn("message", functions.expr("if(person = 'p0', '', message)"));

        List<Row> answered = answers(model.transform(rows));

        assertThat(answered).hasSize(2);
        assertThat(answered.get(0).isNullAt(1)).isTrue();
        assertThat(answered.get(0).isNullAt(2)).isTrue();
        assertThat(answered.get(1).isNullAt(1)).isFalse();
    }

    @Test
    void transform_runsNothingByItself(SparkSession spark) {
        DpFineTunedModel model = tuner().fit(messages(spark));
        ROWS_READ.set(0);

        Dataset<Row> answered = model.transform(counted(spark).distinct());

        assertThat(ROWS_READ).hasValue(0);
        assertThat(answered.count()).isPositive();
    }

    @Test
    void number_isPredictedAsANumber(SparkSession spark) {
        Dataset<Row> numbers = messages(spark).withColumn("score", functions.expr("if(answer = 'yes', 1.0, 0.0)"));
        DpFineTuner regression = tuner().setTask("regression").setLabelCol("score");
        regression.clear(regression.labels());

        Dataset<Row> answered = regression.fit(numbers).transform(numbers);

        assertThat(answered.columns()).containsExactly("person", "message", "answer", "score", "prediction");
        assertThat(answered.select("prediction")
                        .map((MapFunction<Row, Double>) row -> row.getDouble(0), org.apache.spark.sql.Encoders.DOUBLE())
                        .collectAsList())
                .hasSize(400)
                .allSatisfy(number -> assertThat(number).isFinite());
    }

    @Test
    void everyOptionOfTrain_isAParamButThoseOfTables() {
        Set<String> options = new TreeSet<>(ProgramOptions.names());
        Stream.of(new DpFineTuner().params())
                .map(Param::name)
                .map(Options::option)
                .forEach(options::remove);

        assertThat(options)
                .containsExactly(
                        "columns",
                        "eval-table",
                        "eval-table-is-public",
                        "eval-where",
                        "format",
                        "reader-options",
                        "reader-options-file",
                        "schema",
                        "table",
                        "where");
    }
}
