package dev.sotto.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sotto.core.batch.TokenBatch;
import dev.sotto.core.method.Trained;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * Counts a process's resident memory, as Linux tells it; elsewhere this is skipped. The steps run in a JVM of their own
 * with a heap of fixed size that is resident from the start, so that what grows is native.
 */
class NativeMemoryTest {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final int WARM_UP = 200;
    private static final int STEPS = 400;

    @Test
    void manySteps_leaveNoNativeMemoryBehind() throws IOException, InterruptedException {
        assumeTrue(Files.exists(STATUS), "Skipped: no " + STATUS);
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xms96m",
                        "-Xmx96m",
                        "-XX:+UseSerialGC",
                        "-XX:+AlwaysPreTouch",
                        // the second compiler takes megabytes of its own, late on a busy machine
                        "-XX:TieredStopAtLevel=1",
                        "-Dai.djl.offline=true",
                        "-cp",
                        System.getProperty("java.class.path"),
                        NativeMemoryTest.class.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String grown = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(grown).isZero();
        // One step's gradients take 4 * 5 * 3843 bytes: if these alone stayed, 400 steps would leave 30,000 KiB.
        assertThat(Long.parseLong(grown.strip())).isLessThan(4_000);
    }

    /** Prints by how many KiB the process has grown over many steps. */
    public static void main(String[] args) throws IOException {
        Reference reference = Reference.of("roberta_cls");
        TokenBatch batch = reference.batch();
        try (TrainableModel model = TrainableModel.load(reference.folder(), reference.spec(Trained.BIASES_AND_HEAD))) {
            steps(model, batch, WARM_UP);
            long before = residentKib();
            steps(model, batch, STEPS);
            System.out.println(residentKib() - before);
        }
    }

    private static void steps(TrainableModel model, TokenBatch batch, int count) {
        float[] trained = model.initial();
        for (int i = 0; i < count; i++) {
            assertThat(model.gradients(batch, trained)).isNotEmpty();
        }
    }

    private static long residentKib() throws IOException {
        return Files.readAllLines(STATUS).stream()
                .filter(line -> line.startsWith("RssAnon"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElseThrow();
    }
}
