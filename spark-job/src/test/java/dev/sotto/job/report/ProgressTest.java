package dev.sotto.job.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final StoppedClock clock = new StoppedClock();

    /** A clock that goes on when it is told to. */
    private static final class StoppedClock extends Clock {
        private Instant now = Instant.EPOCH;

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    @Test
    void elsewhere_aPlainLineEveryTwentieth() {
        run(false, 1, 1000, 0.5);
        assertThat(said().lines()).hasSize(20).allMatch(line -> line.startsWith("step "));
        assertThat(said()).contains("step 500/1000  left 4:10");
        assertThat(said()).endsWith("step 1000/1000  took 8:20  epsilon 0.500" + System.lineSeparator());
        assertThat(said()).doesNotContain("\r", "\u001b");
    }

    @Test
    void shortRun_hasALineForEachStep() {
        run(false, 1, 3, 0.5);
        assertThat(said().lines()).hasSize(3);
    }

    @Test
    void terminal_writesOneLineOverAndEndsIt() {
        run(true, 1, 10, 2);
        assertThat(said())
                .startsWith("\r")
                .contains("[############------------] step 5/10")
                .endsWith(System.lineSeparator());
        assertThat(said().chars().filter(c -> c == '\n')).hasSize(1);
    }

    @Test
    void resumedRun_reckonsTheTimeFromItsOwnSteps() {
        run(false, 501, 1000, 0.5);
        assertThat(said()).contains("step 750/1000  left 2:05");
    }

    @Test
    void withoutEpsilon_itSaysNotPrivate() {
        run(false, 1, 2, Double.NaN);
        assertThat(said()).contains("NOT PRIVATE").doesNotContain("NaN");
    }

    private void run(boolean terminal, long first, long steps, double epsilon) {
        Console console = new Console(new PrintStream(bytes, true, StandardCharsets.UTF_8), terminal, clock);
        try (Progress progress = console.progress()) {
            for (long step = first; step <= steps; step++) {
                clock.now = clock.now.plus(Duration.ofMillis(500));
                progress.step(step, steps, epsilon);
            }
        }
    }

    private String said() {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
