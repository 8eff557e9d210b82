package dev.sotto.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.core.engine.Safetensors;
import dev.sotto.job.ml.DpFineTunedModel;
import dev.sotto.job.ml.DpFineTuner;
import dev.sotto.job.report.Console;
import dev.sotto.job.train.TrainJob;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That a program which trains goes the command line's way. */
class ProgramOptionsTest {

    @TempDir
    Path folder;

    private static final Console SILENT =
            new Console(new PrintStream(OutputStream.nullOutputStream()), false, Clock.systemUTC());

    /** The trained numbers; what stands beside them names the run and its table. */
    private Map<String, float[]> trained(String output) throws IOException {
        var numbers = new TreeMap<String, float[]>();
        try (var file = Safetensors.open(folder.resolve(output).resolve("delta/delta.safetensors"))) {
            for (String name : file.tensors().keySet()) {
                numbers.put(name, file.floats(name));
            }
        }
        return numbers;
    }

    @Test
    void fit_learnsTheVeryNumbersOfTheCommandLine() throws IOException {
        Path seed = TinyModel.in(folder);
        Path table = TinyModel.table(folder, "table.csv", 400);
        String[] command = {
            "train",
            "--table=" + table,
            "--text-column=message",
            "--label-column=answer",
            "--labels=no,yes",
            "--privacy-unit-column=person",
            "--model=" + seed,
            "--epsilon=3",
            "--delta=1e-4",
            "--units=40",
            "--batch-size=20",
            "--epochs=1.5",
            "--clipping-groups=named",
            "--clipping-shares=*.attention.*=2,*=3",
            "--learning-rate=0.01",
            "--learning-rate-body=0.02",
            "--warmup-steps=1",
            "--ema-decay=0.5",
            "--insecure-seed=7",
            "--output=" + folder.resolve("typed")
        };
        assertThat(Sotto.commandLine(settings -> TrainJob.run(settings, SILENT)).execute(command))
                .isZero();

        SparkSession spark =
                SparkSession.builder().appName("sotto tests").getOrCreate(); // the command has stopped its own
        Dataset<Row> rows = spark.read().option("header", true).csv(table.toString());
        DpFineTuner tuner = new DpFineTuner()
                .setSeedModel(seed.toString())
                .setTextCol("message")
                .setLabelCol("answer")
                .setLabels("no", "yes")
                .setPrivacyUnitCol("person")
                .setTargetEpsilon(3)
                .setDelta(1e-4)
                .setUnits(40)
                .setBatchSize(20)
                .setEpochs(1.5)
                .setClippingGroups("named")
                .setClippingShares("*=3", "*.attention.*=2")
                .setLearningRate(0.01)
                .setLearningRateBody(0.02)
                .setWarmupSteps(1)
                .setEmaDecay(0.5)
                .setInsecureSeed(7);
        DpFineTunedModel model =
                tuner.setOutput(folder.resolve("fitted").toString()).fit(rows);
        model.save(folder.resolve("saved").toString());
        tuner.setInsecureSeed(8).setOutput(folder.resolve("other").toString()).fit(rows);

        assertThat(trained("fitted")).usingRecursiveComparison().isEqualTo(trained("typed"));
        assertThat(trained("saved")).usingRecursiveComparison().isEqualTo(trained("typed"));
        assertThat(trained("other")).usingRecursiveComparison().isNotEqualTo(trained("typed"));
        assertThat(model.epsilon()).isInfinite();
    }
}
