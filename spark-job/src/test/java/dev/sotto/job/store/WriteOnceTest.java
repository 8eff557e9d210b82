package dev.sotto.job.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sotto.accountant.DpEvent;
import dev.sotto.accountant.ledger.Budget;
import dev.sotto.accountant.ledger.Ledger;
import dev.sotto.accountant.ledger.LedgerStore;
import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The three stores of ledgers, each against the real thing: a local folder, an HDFS, a server of the S3 protocol. */
class WriteOnceTest {

    enum Kind {
        LOCAL,
        HDFS,
        S3
    }

    @TempDir
    static Path folder;

    private static Hdfs hdfs;
    private static S3Server s3;

    @BeforeAll
    static void start() throws Exception {
        hdfs = Hdfs.start(folder.resolve("hdfs"));
        s3 = S3Server.start(java.nio.file.Files.createDirectory(folder.resolve("s3")));
    }

    @AfterAll
    static void stop() {
        hdfs.close();
        s3.close();
    }

    private static String uri(Kind kind, String name) throws IOException {
        return switch (kind) {
            case LOCAL -> folder.resolve(name).toString();
            case HDFS -> hdfs.uri("/" + name);
            case S3 -> s3.uri("/" + name);
        };
    }

    /** A client of its own, as another process has it. */
    private static LedgerStore newClient(Kind kind, String name) throws IOException {
        return WriteOnce.in(uri(kind, name), Racing.ownClient(s3.configuration()));
    }

    @ParameterizedTest
    @EnumSource
    void object_isWrittenOnceAndReadBack(Kind kind) throws IOException {
        LedgerStore store = newClient(kind, "once");

        assertThat(store.list()).isEmpty();
        assertThat(store.createIfAbsent("line-1", bytes("first"))).isTrue();
        assertThat(store.createIfAbsent("line-1", bytes("second"))).isFalse();

        LedgerStore other = newClient(kind, "once");
        assertThat(other.read("line-1")).isEqualTo(bytes("first"));
        assertThat(other.list()).containsExactly("line-1");
        assertThatThrownBy(() -> other.read("line-2")).isInstanceOf(IOException.class);
    }

    /** 20 runs of equal cost race for a budget that 7 of them fit, each with a client of its own. */
    @ParameterizedTest
    @EnumSource
    void racingReservations_succeedExactlyAsFarAsTheyFit(Kind kind) throws Exception {
        var cost = new DpEvent.Repeated(100, new DpEvent.PoissonSampled(0.01, new DpEvent.Gaussian(1)));
        Budget budget = Racing.fitting(7, cost);
        List<Callable<Boolean>> runs = new ArrayList<>();
        for (int run = 0; run < 20; run++) {
            String id = "run-" + run;
            LedgerStore client = newClient(kind, "racing");
            runs.add(() -> Racing.reserves(Ledger.open(client), id, cost, budget));
        }

        long admitted = Racing.race(runs);

        Ledger after = Ledger.open(newClient(kind, "racing"));
        assertThat(admitted).isEqualTo(7);
        assertThat(after.runs()).hasSize(7);
        assertThat(after.spent(1e-6).upper()).isLessThanOrEqualTo(budget.epsilon());
    }

    /** A writer that dies in the middle is one whose file was made, and never closed. */
    @Test
    void hdfsWriterThatDies_leavesNothingThatALedgerSees() throws IOException {
        LedgerStore store = newClient(Kind.HDFS, "dying");
        store.createIfAbsent("line-000000000000.json", bytes("whole"));
        var torn = hdfs.files().create(new org.apache.hadoop.fs.Path(hdfs.uri("/dying/.tmp-" + UUID.randomUUID())));
        torn.write(bytes("ha"));
        torn.hflush();

        assertThat(store.list()).containsExactly("line-000000000000.json");
        assertThat(store.createIfAbsent("line-000000000001.json", bytes("next")))
                .isTrue();
        torn.close();
    }

    @Test
    void hdfsFolder_holdsNoTemporaryFileAfterwards() throws IOException {
        LedgerStore store = newClient(Kind.HDFS, "tidy");
        IntStream.range(0, 3).forEach(i -> createQuietly(store, "line-" + i % 2));

        assertThat(hdfs.files().listStatus(new org.apache.hadoop.fs.Path(hdfs.uri("/tidy"))))
                .extracting(file -> file.getPath().getName())
                .containsExactly("line-0", "line-1");
    }

    private static void createQuietly(LedgerStore store, String name) {
        try {
            store.createIfAbsent(name, bytes("x"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void s3ClientWithoutConditionalPuts_isRefused() {
        Configuration settings = s3.configuration();
        settings.setBoolean("fs.s3a.impl.disable.cache", true);
        settings.setBoolean("fs.s3a.create.conditional.enabled", false);

        assertThatThrownBy(() -> WriteOnce.in(s3.uri("/without"), settings))
                .isInstanceOf(SottoException.class)
                .hasMessageContaining("s3a://clinic/without")
                .hasMessageContaining("fs.s3a.create.conditional.enabled");
    }

    @Test
    void otherStores_areRefusedByName() {
        var settings = new Configuration();
        settings.set("fs.raw.impl", Raw.class.getName());
        assertThatThrownBy(() -> WriteOnce.in("raw:///ledger", settings))
                .isInstanceOf(SottoException.class)
                .hasMessageContaining("not for raw://");
    }

    @Test
    void missingClient_isNamedWithWhatToAdd() {
        var settings = new Configuration();
        settings.set("fs.s3a.impl", "org.apache.hadoop.fs.s3a.NoSuchFileSystem");
        settings.setBoolean("fs.s3a.impl.disable.cache", true);
        assertThatThrownBy(() -> WriteOnce.in("s3a://clinic/ledger", settings))
                .isInstanceOfSatisfying(SottoException.class, told -> assertThat(told.exitCode())
                        .isEqualTo(ExitCode.SETTINGS))
                .hasMessageContaining("--packages org.apache.hadoop:hadoop-aws");
    }

    /** A file system of which nothing is known here. */
    public static final class Raw extends org.apache.hadoop.fs.RawLocalFileSystem {
        @Override
        public String getScheme() {
            return "raw";
        }

        @Override
        public java.net.URI getUri() {
            return java.net.URI.create("raw:///");
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
