package dev.sotto.job.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sotto.job.OwnJvm;
import dev.sotto.job.cli.TinyModel;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the tests of scripts/python against a Spark of this class path, where python3 finds a pyspark. */
class PySparkTest {

    private static final Path SCRIPTS =
            Path.of("../scripts/python").toAbsolutePath().normalize();

    @TempDir
    Path folder;

    private static boolean hasPySpark() throws InterruptedException {
        try {
            return new ProcessBuilder("python3", "-c", "import pyspark.ml")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException noPython) {
            return false;
        }
    }

    /** The JVM that Python talks to, as spark-submit would start it. */
    private Process gateway(Path told) throws IOException {
        return OwnJvm.start(
                Map.of("spark.master", "local[2]"),
                Map.of("_PYSPARK_DRIVER_CONN_INFO_PATH", told.toString()),
                folder.resolve("gateway.log"),
                "org.apache.spark.api.python.PythonGatewayServer",
                List.of());
    }

    @Test
    void pythonTests_pass() throws IOException, InterruptedException {
        assumeTrue(hasPySpark(), "Skipped: python3 finds no pyspark (pip install 'pyspark[ml]==4.1.*')");
        Path told = folder.resolve("gateway");
        Process gateway = gateway(told);
        try {
            while (!Files.exists(told)) {
                assertThat(gateway.isAlive()).as("gateway").isTrue();
                TimeUnit.MILLISECONDS.sleep(100);
            }
            Path log = folder.resolve("python.log");
            var python = new ProcessBuilder("python3", "-m", "unittest", "-v", "tests.test_pipeline")
                    .directory(SCRIPTS.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile());
            try (var in = new DataInputStream(Files.newInputStream(told))) {
                python.environment().put("PYSPARK_GATEWAY_PORT", Integer.toString(in.readInt()));
                python.environment()
                        .put("PYSPARK_GATEWAY_SECRET", new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8));
            }
            python.environment().put("SOTTO_TEST_SEED", TinyModel.in(folder).toString());
            python.environment()
                    .put(
                            "SOTTO_TEST_TABLE",
                            TinyModel.table(folder, "table.csv", 400).toString());

            assertThat(python.start().waitFor()).as(Files.readString(log)).isZero();
            assertThat(log).content().contains("Ran 5 tests").doesNotContain("skipped");
        } finally {
            gateway.destroyForcibly();
        }
    }
}
