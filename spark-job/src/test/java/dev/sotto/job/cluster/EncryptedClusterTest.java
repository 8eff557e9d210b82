package dev.sotto.job.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.SecurityManager;
import org.apache.spark.SparkConf;
import org.apache.spark.rpc.RpcAddress;
import org.apache.spark.rpc.RpcEnv;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clusters of separate JVMs that speak to each other in cipher, by TLS and by Spark's own protocol, train what one JVM trains. */
class EncryptedClusterTest {

    private static final int STEPS = 6;

    private static final Map<String, String> AUTHENTICATED = Map.of(
            "spark.authenticate", "true",
            "spark.authenticate.secret", "open sesame",
            "spark.io.encryption.enabled", "true");

    private static final Map<String, String> BARLEY = Map.of("spark.authenticate.secret", "open barley");

    @TempDir
    Path folder;

    @Test
    void clustersInCipher_trainTheSameAndRefuseStrangers() throws Exception {
        Map<String, String> own = with(
                AUTHENTICATED,
                Map.of(
                        "spark.network.crypto.enabled", "true",
                        "spark.network.crypto.cipher", "AES/GCM/NoPadding",
                        "spark.network.crypto.saslFallback", "false"));
        Map<String, String> tls = with(AUTHENTICATED, tls());
        var run = new TinyRun(folder, STEPS);
        try (var first = StandaloneCluster.start(Files.createDirectory(folder.resolve("1")), 1, own);
                var second = StandaloneCluster.start(Files.createDirectory(folder.resolve("2")), 1, tls)) {
            Process local = run.start("local", Map.of("spark.master", "local[2]"));
            Process inSparks = run.start("own", first.driverProperties());
            Process inTls = run.start("tls", second.driverProperties());
            run.finish("local", local);
            run.finish("own", inSparks);
            run.finish("tls", inTls);

            assertThatCode(() -> ask(first, own)).doesNotThrowAnyException();
            assertThatCode(() -> ask(second, tls)).doesNotThrowAnyException();
            for (Map<String, String> stranger : List.of(Map.<String, String>of(), with(own, BARLEY))) {
                assertThatThrownBy(() -> ask(first, stranger)).isInstanceOf(Exception.class);
            }
            for (Map<String, String> stranger : List.of(AUTHENTICATED, with(tls, BARLEY))) {
                assertThatThrownBy(() -> ask(second, stranger)).isInstanceOf(Exception.class);
            }
        }

        assertThat(run.weights("own")).isEqualTo(run.weights("local"));
        assertThat(run.weights("tls")).isEqualTo(run.weights("local"));
    }

    /** Looks the master up as a driver does, with these settings. */
    private static void ask(StandaloneCluster cluster, Map<String, String> spark) {
        var conf =
                new SparkConf(false).set("spark.rpc.lookupTimeout", "10s").set("spark.rpc.io.connectionTimeout", "10s");
        spark.forEach(conf::set);
        var security = new SecurityManager(conf, scala.Option.empty(), SecurityManager.$lessinit$greater$default$3());
        RpcEnv asking = RpcEnv.create("stranger", "127.0.0.1", 0, conf, security, true);
        try {
            asking.setupEndpointRef(RpcAddress.fromSparkURL(cluster.master()), "Master");
        } finally {
            asking.shutdown();
        }
    }

    private Map<String, String> tls() throws Exception {
        Path keys = KeyStores.make(folder.resolve("keys.p12"), "127.0.0.1");
        return Map.of(
                "spark.ssl.rpc.enabled",
                "true",
                "spark.ssl.rpc.protocol",
                "TLSv1.3",
                "spark.ssl.rpc.keyStore",
                keys.toString(),
                "spark.ssl.rpc.keyStoreType",
                "PKCS12",
                "spark.ssl.rpc.keyStorePassword",
                KeyStores.PASSWORD,
                "spark.ssl.rpc.keyPassword",
                KeyStores.PASSWORD,
                "spark.ssl.rpc.trustStore",
                keys.toString(),
                "spark.ssl.rpc.trustStoreType",
                "PKCS12",
                "spark.ssl.rpc.trustStorePassword",
                KeyStores.PASSWORD);
    }

    private static Map<String, String> with(Map<String, String> some, Map<String, String> more) {
        Map<String, String> all = new HashMap<>(some);
        all.putAll(more);
        return all;
    }
}
