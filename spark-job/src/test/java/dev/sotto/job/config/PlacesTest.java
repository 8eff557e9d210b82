package dev.sotto.job.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlacesTest {

    @ParameterizedTest
    @CsvSource({
        "/clinic/runs/7, /clinic/runs/7/ledger",
        "/clinic/runs/7, /clinic/runs/7",
        "/clinic/runs/7/, /clinic//runs/./7",
        "/clinic/ledger/../runs, /clinic/runs/ledger",
        "runs/7, runs/7/ledger",
        "runs, ./runs/ledger",
        "file:///clinic/out, /clinic/out/ledger",
        "file:/clinic/out, file:///clinic/out/ledger",
        "hdfs:///clinic/out, hdfs:///clinic/out/ledger",
        "hdfs://nn:8020/clinic/out, hdfs:///clinic/out/ledger",
        "HDFS://nn/clinic/out, hdfs://NN/clinic/out/ledger",
        "hdfs:///clinic/out, /clinic/out/ledger",
        "s3a://bucket/out, s3a://bucket/out/ledger",
        "s3://bucket/out/, s3a://bucket/out//ledger",
        "s3a://bucket, s3a://bucket/ledger",
        "s3a://bucket/run 7, s3a://bucket/run 7/ledger",
    })
    void folders_thatLieOneInTheOther_overlap(String one, String other) {
        assertThat(Places.overlap(one, other)).isTrue();
        assertThat(Places.overlap(other, one)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "/clinic/out, /clinic/ledger",
        "/clinic/out, /clinic/out-ledger",
        "/clinic/out/../ledger, /clinic/out",
        "hdfs:///clinic/out, file:///clinic/out/ledger",
        "hdfs://one/clinic/out, hdfs://two/clinic/out/ledger",
        "s3a://one/out, s3a://two/out/ledger",
        "s3a://bucket/out, s3a://bucket/outer/ledger",
    })
    void others_doNot(String one, String other) {
        assertThat(Places.overlap(one, other)).isFalse();
        assertThat(Places.overlap(other, one)).isFalse();
    }

    @Test
    void aLinkToAFolder_isTheFolder(@TempDir Path folder) throws IOException {
        Path real = Files.createDirectory(folder.resolve("out"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), real);
        assertThat(Places.overlap(real.toString(), link.resolve("new/ledger").toString()))
                .isTrue();
    }
}
