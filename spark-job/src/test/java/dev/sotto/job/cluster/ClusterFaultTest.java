package dev.sotto.job.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run on a standalone cluster that loses an executor and then a worker (SIGKILL) ends where the undisturbed run does. */
class ClusterFaultTest {

    private static final int STEPS = 80;
    private static final Pattern PROGRESS = Pattern.compile("step (\\d+)/" + STEPS);

    @TempDir
    Path folder;

    private TinyRun run;

    @BeforeEach
    void makeModelAndTable() throws IOException {
        run = new TinyRun(folder, STEPS);
    }

    @Test
    void executorAndWorkerKilledMidRun_changeNothingInTheResult() throws Exception {
        try (var cluster = StandaloneCluster.start(folder, 2)) {
            Process disturbed = run.start("disturbed", cluster.driverProperties());

            awaitStep(8, disturbed);
            kill(cluster.executorOf(1), disturbed);
            awaitStep(step("disturbed") + 12, disturbed);
            kill(cluster.worker(2).toHandle(), disturbed);
            long atLastKill = step("disturbed");
            run.finish("disturbed", disturbed);

            assertThat(atLastKill).isLessThan(STEPS);
            assertThat(run.log("disturbed")).as("the loss was noticed").contains("Lost executor");
        }
        run.finish("undisturbed", run.start("undisturbed", Map.of("spark.master", "local[2]")));

        assertThat(run.weights("disturbed")).isEqualTo(run.weights("undisturbed"));
        assertThat(released("disturbed")).isEqualTo(released("undisturbed")).isEqualTo(STEPS);
    }

    private static void kill(ProcessHandle victim, Process driver) throws Exception {
        assertThat(victim.isAlive()).isTrue();
        assertThat(driver.isAlive()).as("the run goes on when it happens").isTrue();
        victim.destroyForcibly();
        victim.onExit().get(1, TimeUnit.MINUTES);
        assertThat(driver.isAlive()).isTrue();
    }

    private void awaitStep(long wanted, Process driver) throws Exception {
        Instant end = Instant.now().plus(Duration.ofMinutes(6));
        while (step("disturbed") < wanted) {
            assertThat(driver.isAlive()).as(() -> run.log("disturbed")).isTrue();
            assertThat(Instant.now()).as(() -> run.log("disturbed")).isBefore(end);
            Thread.sleep(20);
        }
    }

    /** The last step that it has told of: every twentieth part of the way. */
    private long step(String name) {
        long last = 0;
        Matcher told = PROGRESS.matcher(run.log(name));
        while (told.find()) {
            last = Long.parseLong(told.group(1));
        }
        return last;
    }

    private long released(String name) throws IOException {
        return new ObjectMapper()
                .readTree(Files.readString(folder.resolve(name).resolve("privacy-report.json")))
                .get("mechanism")
                .get("steps_released")
                .asLong();
    }
}
