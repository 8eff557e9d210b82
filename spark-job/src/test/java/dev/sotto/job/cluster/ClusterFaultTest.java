package dev.sotto.job.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sotto.job.OwnJvm;
import dev.sotto.job.cli.TinyModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run on a standalone cluster that loses an executor and then a worker (SIGKILL) ends where the undisturbed run does. */
class ClusterFaultTest {

    private static final int STEPS = 80;
    private static final Pattern PROGRESS = Pattern.compile("step (\\d+)/" + STEPS);

    @TempDir
    Path folder;

    private Path model = Path.of("");
    private Path table = Path.of("");

    private Process train(String name, Map<String, String> spark) throws Exception {
        Map<String, String> properties = new HashMap<>(spark);
        properties.put("spark.local.dir", folder.resolve(name + "-local").toString());
        return OwnJvm.start(
                properties,
                folder.resolve(name + ".txt"),
                Class.forName("dev.sotto.job.cli.Main"),
                List.of(
                        "train",
                        "--table=" + table,
                        "--text-column=message",
                        "--label-column=answer",
                        "--labels=no,yes",
                        "--privacy-unit-column=person",
                        "--model=" + model,
                        "--partitions=4",
                        "--noise-multiplier=1",
                        "--delta=1e-4",
                        "--max-rows-per-unit=3",
                        "--batch-size=10",
                        "--steps=" + STEPS,
                        "--learning-rate=0.01",
                        "--insecure-seed=11",
                        "--output=" + folder.resolve(name)));
    }

    @Test
    void executorAndWorkerKilledMidRun_changeNothingInTheResult() throws Exception {
        model = TinyModel.in(folder);
        table = TinyModel.table(folder, "table.csv", 400);
        try (var cluster = StandaloneCluster.start(folder, 2)) {
            Process disturbed = train("disturbed", cluster.driverProperties());

            awaitStep(8, disturbed);
            kill(cluster.executorOf(1), disturbed);
            awaitStep(step("disturbed") + 12, disturbed);
            kill(cluster.worker(2).toHandle(), disturbed);
            long atLastKill = step("disturbed");
            finish("disturbed", disturbed);

            assertThat(atLastKill).isLessThan(STEPS);
            assertThat(log("disturbed")).as("the loss was noticed").contains("Lost executor");
        }
        finish("undisturbed", train("undisturbed", Map.of("spark.master", "local[2]")));

        assertThat(weights("disturbed")).isEqualTo(weights("undisturbed"));
        assertThat(released("disturbed")).isEqualTo(released("undisturbed")).isEqualTo(STEPS);
    }

    private static void kill(ProcessHandle victim, Process run) throws Exception {
        assertThat(victim.isAlive()).isTrue();
        assertThat(run.isAlive()).as("the run goes on when it happens").isTrue();
        victim.destroyForcibly();
        victim.onExit().get(1, TimeUnit.MINUTES);
        assertThat(run.isAlive()).isTrue();
    }

    private void awaitStep(long wanted, Process run) throws Exception {
        Instant end = Instant.now().plus(Duration.ofMinutes(6));
        while (step("disturbed") < wanted) {
            assertThat(run.isAlive()).as(() -> log("disturbed")).isTrue();
            assertThat(Instant.now()).as(() -> log("disturbed")).isBefore(end);
            Thread.sleep(20);
        }
    }

    /** The last step that it has told of: every twentieth part of the way. */
    private long step(String name) {
        long last = 0;
        Matcher told = PROGRESS.matcher(log(name));
        while (told.find()) {
            last = Long.parseLong(told.group(1));
        }
        return last;
    }

    private void finish(String name, Process run) throws Exception {
        assertThat(run.waitFor(8, TimeUnit.MINUTES)).as(() -> log(name)).isTrue();
        assertThat(run.exitValue()).as(() -> log(name)).isZero();
    }

    private String log(String name) {
        try {
            return Files.readString(folder.resolve(name + ".txt"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private byte[] weights(String name) throws IOException {
        return Files.readAllBytes(folder.resolve(name).resolve("delta").resolve("delta.safetensors"));
    }

    private long released(String name) throws IOException {
        return new ObjectMapper()
                .readTree(Files.readString(folder.resolve(name).resolve("privacy-report.json")))
                .get("mechanism")
                .get("steps_released")
                .asLong();
    }
}
