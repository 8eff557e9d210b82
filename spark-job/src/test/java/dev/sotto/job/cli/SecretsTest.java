package dev.sotto.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.job.Keys;
import dev.sotto.job.OwnJvm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run in a JVM of its own, with Spark's event log on and everything logged: what it writes holds no key and no row. */
class SecretsTest {

    private static final long SEED = 4711;
    private static final String ROW = "word5 word17 word99 secretname";

    @TempDir
    Path folder;

    @Test
    void keysAndRows_appearNowhereInWhatARunWrites() throws Exception {
        Path seed = TinyModel.in(folder);
        Path table = TinyModel.table(folder, "table.csv", 200);
        Files.writeString(table, "p1," + ROW + ",yes\n", StandardOpenOption.APPEND);
        Path events = Files.createDirectory(folder.resolve("events"));
        Path console = folder.resolve("console.txt");

        int code = run(seed, table, events, console);

        String written = Files.readString(console) + everythingIn(events) + everythingIn(folder.resolve("out"));
        assertThat(code).as(Files.readString(console)).isZero();
        assertThat(Files.readString(console)).contains("DAGScheduler"); // everything was logged indeed
        assertThat(everythingIn(events)).contains("SparkListenerTaskEnd");
        assertThat(written).doesNotContain(ROW).doesNotContain("secretname");
        for (byte[] key : Keys.of(SEED)) {
            assertThat(written).doesNotContainIgnoringCase(HexFormat.of().formatHex(key));
            assertThat(written)
                    .doesNotContain(Base64.getEncoder().withoutPadding().encodeToString(key));
            assertThat(written).doesNotContain(Arrays.toString(key));
            assertThat(written).doesNotContain(new String(key, StandardCharsets.ISO_8859_1));
        }
    }

    private int run(Path seed, Path table, Path events, Path console) throws Exception {
        Path log4j = folder.resolve("log4j2.properties");
        Files.writeString(
                log4j,
                """
                rootLogger.level = debug
                rootLogger.appenderRef.stderr.ref = stderr
                appender.console.type = Console
                appender.console.name = stderr
                appender.console.target = SYSTEM_ERR
                appender.console.layout.type = PatternLayout
                appender.console.layout.pattern = %d %p %c{1}: %m%n%ex
                """);
        Map<String, String> properties = Map.of(
                "log4j2.configurationFile",
                log4j.toString(),
                "spark.eventLog.enabled",
                "true",
                "spark.eventLog.compress",
                "false",
                "spark.eventLog.dir",
                events.toUri().toString());
        List<String> arguments = List.of(
                "train",
                "--table=" + table,
                "--text-column=message",
                "--label-column=answer",
                "--labels=no,yes",
                "--privacy-unit-column=person",
                "--model=" + seed,
                "--epsilon=3",
                "--delta=1e-4",
                "--batch-size=10",
                "--units=40",
                "--steps=2",
                "--learning-rate=0.01",
                "--insecure-seed=" + SEED,
                "--output=" + folder.resolve("out"));
        Process process = OwnJvm.start(properties, console, Main.class, arguments);
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        return process.exitValue();
    }

    private static String everythingIn(Path folder) throws IOException {
        var text = new StringBuilder();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                text.append(Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        return text.toString();
    }
}
