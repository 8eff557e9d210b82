package dev.sotto.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeartbeatsTest {

    private static SparkConf conf(String master) {
        return new SparkConf(false).set("spark.master", master);
    }

    @ParameterizedTest
    @ValueSource(strings = {"spark://head:7077", "yarn", "k8s://https://head", "local-cluster[2,1,600]"})
    void clusters_giveUpWhatStandsStillAfterSeconds(String master) {
        SparkConf conf = conf(master);
        Heartbeats.settings(conf).forEach(conf::set);
        assertThat(Heartbeats.patience(conf)).isEqualTo(Duration.ofSeconds(21));
    }

    /** A value of ours beside one of theirs could be refused by Spark, as an interval longer than its timeout is. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "spark.network.timeout",
                "spark.network.timeoutInterval",
                "spark.executor.heartbeatInterval",
                "spark.storage.blockManagerHeartbeatTimeoutMs"
            })
    void settingsOfAUsers_areLeftAsTheyAre(String name) {
        assertThat(Heartbeats.settings(conf("yarn").set(name, "60s"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"local", "local[2]", "local[*]", "local[2,3]"})
    void oneProcess_isNeverGivenUp(String master) {
        assertThat(Heartbeats.settings(conf(master))).isEmpty();
    }

    @Test
    void patience_isThatOfSparkWhereNothingIsSet() {
        assertThat(Heartbeats.patience(conf("yarn"))).isEqualTo(Duration.ofMinutes(3));
        assertThat(Heartbeats.patience(conf("yarn").set("spark.network.timeout", "30")))
                .isEqualTo(Duration.ofSeconds(90));
    }
}
