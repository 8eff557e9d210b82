package dev.sotto.job.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.accountant.ledger.Ledger;
import dev.sotto.accountant.ledger.LocalLedgerStore;
import dev.sotto.accountant.ledger.Run;
import dev.sotto.job.ExitCode;
import dev.sotto.job.OwnJvm;
import dev.sotto.job.cli.Main;
import dev.sotto.job.cli.TinyModel;
import dev.sotto.job.store.SecureHdfs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.FsShell;
import org.apache.hadoop.hdfs.tools.DelegationTokenFetcher;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs of which everything lies in an HDFS that asks for Kerberos, submitted with {@code spark-submit}'s own class: with a keytab on this
 * machine, with a ticket and a token file on a standalone cluster, and with nothing at all.
 */
class KerberosTest {

    private static final int STEPS = 4;

    @TempDir
    Path folder;

    private Process hdfs;

    @BeforeEach
    void start() throws Exception {
        Path clinic = Files.createDirectory(folder.resolve("clinic"));
        TinyModel.table(clinic, "table.csv", 200);
        Files.move(TinyModel.in(folder), clinic.resolve("model"));
        Files.writeString(Files.createDirectory(folder.resolve("conf")).resolve("ssl-server.xml"), keyStore());
        Path log = folder.resolve("hdfs.txt");
        hdfs = OwnJvm.start(
                Map.of(),
                Map.of("HADOOP_CONF_DIR", folder.resolve("conf").toString()),
                log,
                SecureHdfs.class.getName(),
                List.of(folder.toString()));
        Instant end = Instant.now().plus(Duration.ofMinutes(3));
        while (!Files.readString(log).contains(SecureHdfs.READY)) {
            assertThat(hdfs.isAlive() && Instant.now().isBefore(end))
                    .as(Files.readString(log))
                    .isTrue();
            Thread.sleep(100);
        }
    }

    private String keyStore() throws Exception {
        Path keys = KeyStores.make(folder.resolve("keys.p12"), "localhost");
        return """
                <configuration>
                  <property><name>ssl.server.keystore.location</name><value>%s</value></property>
                  <property><name>ssl.server.keystore.type</name><value>PKCS12</value></property>
                  <property><name>ssl.server.keystore.password</name><value>%s</value></property>
                  <property><name>ssl.server.keystore.keypassword</name><value>%2$s</value></property>
                </configuration>
                """
                .formatted(keys, KeyStores.PASSWORD);
    }

    @AfterEach
    void stop() {
        hdfs.destroyForcibly();
    }

    @Test
    void runsInAnHdfsThatAsksForKerberos_areWhatTheyAreElsewhereOrSayWhatToDo() throws Exception {
        Process keytab = submit(
                "keytab",
                Map.of(),
                Map.of("spark.master", "local[2]"),
                "--principal=" + SecureHdfs.ANALYST + "@EXAMPLE.COM",
                "--keytab=" + folder.resolve(SecureHdfs.ANALYST + ".keytab"));
        Process stranger = submit("stranger", Map.of(), Map.of("spark.master", "local[2]"));
        Path token = folder.resolve("token");
        Process fetched = withTicket(DelegationTokenFetcher.class, "--renewer", SecureHdfs.ANALYST, token.toString());
        assertThat(exit(fetched, "DelegationTokenFetcher")).isZero();

        try (var cluster = StandaloneCluster.start(
                folder,
                1,
                realm(),
                Map.of("HADOOP_CONF_DIR", folder.resolve("conf").toString()))) {
            Map<String, String> spark = new HashMap<>(cluster.driverProperties());
            spark.merge(
                    "spark.executor.extraJavaOptions",
                    "-Djava.security.krb5.conf=" + folder.resolve("krb5.conf"),
                    (some, more) -> some + " " + more);
            Process tokenless = submit("tokenless", ticket(), spark);
            assertThat(exit(tokenless, "tokenless")).isEqualTo(ExitCode.DATA.code());
            spark.put("spark.executorEnv.HADOOP_TOKEN_FILE_LOCATION", token.toString());
            Process tokens = submit("tokens", ticket(), spark);
            assertThat(exit(tokens, "tokens")).as(() -> log("tokens")).isZero();
        }

        assertThat(exit(keytab, "keytab")).as(() -> log("keytab")).isZero();
        assertThat(exit(stranger, "stranger")).isEqualTo(ExitCode.MODEL.code()); // which comes first
        assertThat(List.of(log("stranger"), log("tokenless"))).allSatisfy(told -> assertThat(told)
                .contains("asks for Kerberos", "kinit", "--keytab", "HADOOP_TOKEN_FILE_LOCATION"));

        assertThat(exit(
                        withTicket(
                                FsShell.class,
                                "-get",
                                "/clinic",
                                folder.resolve("got").toString()),
                        "FsShell"))
                .isZero();
        assertThat(folder.resolve("got")).isDirectoryNotContaining("glob:**stranger");
        assertThat(weights("tokens")).isEqualTo(weights("keytab"));
        assertThat(Ledger.open(new LocalLedgerStore(folder.resolve("got/ledger")))
                        .runs())
                .extracting(Run::id)
                .contains("keytab", "tokens") // executors without a token are found when rows are read
                .doesNotContain("stranger");
    }

    private Map<String, String> realm() {
        return Map.of("java.security.krb5.conf", folder.resolve("krb5.conf").toString());
    }

    private Map<String, String> ticket() {
        return Map.of(
                "KRB5CCNAME", folder.resolve(SecureHdfs.ANALYST + ".ccache").toString());
    }

    private Process withTicket(Class<?> program, String... arguments) throws IOException {
        return start(ticket(), Map.of(), program.getSimpleName(), program.getName(), List.of(arguments));
    }

    private Process submit(String name, Map<String, String> ticket, Map<String, String> spark, String... options)
            throws IOException {
        List<String> arguments = new ArrayList<>(List.of("--master=" + spark.get("spark.master")));
        arguments.addAll(List.of(options));
        arguments.addAll(List.of(
                "--class=" + Main.class.getName(),
                "spark-internal", // its classes are on this class path, not in a jar
                "train",
                "--table=/clinic/table.csv",
                "--text-column=message",
                "--label-column=answer",
                "--labels=no,yes",
                "--privacy-unit-column=person",
                "--model=/clinic/model",
                "--partitions=2",
                "--noise-multiplier=1",
                "--delta=1e-4",
                "--batch-size=10",
                "--steps=" + STEPS,
                "--units=40",
                "--learning-rate=0.01",
                "--insecure-seed=11",
                "--run-id=" + name,
                "--checkpoint-every=2",
                "--ledger=/clinic/ledger",
                "--output=/clinic/" + name));
        return start(ticket, spark, name, "org.apache.spark.deploy.SparkSubmit", arguments);
    }

    private Process start(
            Map<String, String> ticket, Map<String, String> spark, String name, String program, List<String> arguments)
            throws IOException {
        Map<String, String> properties = new HashMap<>(spark);
        properties.putAll(realm());
        Map<String, String> environment = new HashMap<>(Map.of(
                "HADOOP_CONF_DIR", folder.resolve("conf").toString(),
                "KRB5CCNAME", folder.resolve("none").toString()));
        environment.putAll(ticket);
        return OwnJvm.start(properties, environment, folder.resolve(name + ".txt"), program, arguments);
    }

    private int exit(Process process, String name) throws InterruptedException {
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).as(() -> log(name)).isTrue();
        return process.exitValue();
    }

    private String log(String name) {
        try {
            return Files.readString(folder.resolve(name + ".txt"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private byte[] weights(String name) throws IOException {
        return Files.readAllBytes(folder.resolve("got").resolve(name).resolve("model/model.safetensors"));
    }
}
