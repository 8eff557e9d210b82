package dev.sotto.job.cluster;

import dev.sotto.job.OwnJvm;
import dev.sotto.job.SharedClasses;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A standalone master and its workers on loopback, each in a JVM of its own, from the Spark on this test's class path. */
final class StandaloneCluster implements AutoCloseable {

    private final String master;
    private final Map<String, String> spark;
    private final List<Process> processes = new ArrayList<>();

    private StandaloneCluster(String master, Map<String, String> spark) {
        this.master = master;
        this.spark = spark;
    }

    /** Workers of one core each. */
    static StandaloneCluster start(Path folder, int workers) throws Exception {
        return start(folder, workers, Map.of());
    }

    /** The same with properties that master, workers, drivers and executors share. */
    static StandaloneCluster start(Path folder, int workers, Map<String, String> spark) throws Exception {
        return start(folder, workers, spark, Map.of());
    }

    /** The same, with environment variables of master, workers and executors. */
    static StandaloneCluster start(Path folder, int workers, Map<String, String> spark, Map<String, String> more)
            throws Exception {
        int port = freePort();
        var cluster = new StandaloneCluster("spark://127.0.0.1:" + port, spark);
        Path home = Files.createDirectories(folder.resolve("home"));
        Files.createDirectories(home.resolve("jars")); // empty: executors are given this class path instead
        Map<String, String> environment = new HashMap<>(more);
        environment.putAll(Map.of(
                "SPARK_HOME",
                home.toString(),
                "SPARK_SCALA_VERSION",
                "2.13",
                "SPARK_LOCAL_IP",
                "127.0.0.1",
                "SPARK_LOCAL_DIRS",
                folder.resolve("local").toString()));
        cluster.start(
                environment,
                folder.resolve("master.txt"),
                "org.apache.spark.deploy.master.Master",
                List.of("--host", "127.0.0.1", "--port", "" + port, "--webui-port", "0"));
        for (int worker = 1; worker <= workers; worker++) {
            Path log = folder.resolve("worker-" + worker + ".txt");
            cluster.start(
                    environment,
                    log,
                    "org.apache.spark.deploy.worker.Worker",
                    List.of(
                            "--host",
                            "127.0.0." + worker, // a copy of a slow task goes to another host alone
                            "--cores",
                            "1",
                            "--memory",
                            "1g",
                            "--webui-port",
                            "0",
                            "--work-dir",
                            folder.resolve("work-" + worker).toString(),
                            cluster.master));
        }
        return cluster;
    }

    private void start(Map<String, String> environment, Path log, String program, List<String> arguments)
            throws IOException {
        processes.add(OwnJvm.start(spark, environment, log, program, arguments));
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** The properties of a driver that runs here. */
    Map<String, String> driverProperties() throws IOException {
        Map<String, String> properties = new HashMap<>(spark);
        properties.putAll(Map.of(
                "spark.master",
                master,
                "spark.executor.memory",
                "800m",
                "spark.executor.extraJavaOptions",
                "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC " // as pom.xml for the others
                        + String.join(" ", SharedClasses.options()),
                "spark.executor.cores",
                "1",
                "spark.executorEnv.DJL_OFFLINE",
                "true",
                "spark.executor.extraClassPath",
                SharedClasses.path()));
        return properties;
    }

    /** Its address: {@code spark://host:port}. */
    String master() {
        return master;
    }

    /** Worker n, from 1. */
    Process worker(int n) {
        return processes.get(n);
    }

    /** An executor that worker n has started, awaited if there is none. */
    ProcessHandle executorOf(int n) throws InterruptedException {
        Instant end = Instant.now().plus(Duration.ofMinutes(3));
        while (Instant.now().isBefore(end)) {
            var executor = worker(n).children().filter(ProcessHandle::isAlive).findFirst();
            if (executor.isPresent()) {
                return executor.get();
            }
            Thread.sleep(50);
        }
        throw new IllegalStateException("Worker " + n + " has started no executor.");
    }

    @Override
    public void close() {
        for (Process process : processes) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
