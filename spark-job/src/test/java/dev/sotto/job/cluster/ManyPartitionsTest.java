package dev.sotto.job.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.job.OwnJvm;
import dev.sotto.job.train.ManyPartitions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A task takes many partitions: those of an executor that goes are taken by others, to the same bits. */
class ManyPartitionsTest {

    @TempDir
    Path folder;

    @Test
    void executorsThatComeAndGo_changeNothingInTheResult() throws Exception {
        try (var cluster = StandaloneCluster.start(folder, 2)) {
            Process killed = start("killed", cluster.driverProperties(), 1024, 0);
            await("step 3 ", "killed", killed);
            cluster.executorOf(1).destroyForcibly(); // SIGKILL; its worker starts another
            assertThat(finish("killed", killed)).contains("Lost executor");
            assertThat(log("killed")).contains("trained " + ManyPartitions.trainedWithoutSpark(1024));

            Map<String, String> elastic = new HashMap<>(cluster.driverProperties());
            elastic.put("spark.dynamicAllocation.enabled", "true");
            elastic.put("spark.dynamicAllocation.shuffleTracking.enabled", "true");
            elastic.put("spark.dynamicAllocation.shuffleTracking.timeout", "1s");
            elastic.put("spark.dynamicAllocation.minExecutors", "1");
            elastic.put("spark.dynamicAllocation.executorIdleTimeout", "4s");
            elastic.put("spark.dynamicAllocation.cachedExecutorIdleTimeout", "4s");
            String told = finish("elastic", start("elastic", elastic, 64, 1)); // waits until one is let go
            assertThat(told).contains("executors 2", "executors 1"); // Spark may ask for another again
            assertThat(told).contains("trained " + ManyPartitions.trainedWithoutSpark(64));
        }
    }

    private Process start(String name, Map<String, String> spark, int partitions, int awaited) throws Exception {
        return OwnJvm.start(
                spark,
                folder.resolve(name + ".txt"),
                ManyPartitions.class,
                List.of(String.valueOf(partitions), String.valueOf(awaited)));
    }

    private String log(String name) throws Exception {
        return Files.readString(folder.resolve(name + ".txt"));
    }

    private void await(String line, String name, Process driver) throws Exception {
        Instant end = Instant.now().plus(Duration.ofMinutes(4));
        while (!log(name).contains(line)) {
            assertThat(driver.isAlive()).as(log(name)).isTrue();
            assertThat(Instant.now()).as(log(name)).isBefore(end);
            Thread.sleep(20);
        }
    }

    private String finish(String name, Process driver) throws Exception {
        assertThat(driver.waitFor(5, TimeUnit.MINUTES)).as(log(name)).isTrue();
        assertThat(driver.exitValue()).as(log(name)).isZero();
        return log(name);
    }
}
