package dev.sotto.job.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sotto.core.batch.Microbatches;
import dev.sotto.core.optim.Optimizer;
import dev.sotto.core.optim.Schedule;
import dev.sotto.core.privacy.Clipping;
import dev.sotto.core.privacy.PrivacyPlan;
import dev.sotto.core.train.Phases;
import dev.sotto.core.train.Recipe;
import dev.sotto.core.train.RowIndependence;
import dev.sotto.core.train.TrainState;
import dev.sotto.job.SottoException;
import dev.sotto.job.store.Checkpoints;
import dev.sotto.job.store.OutputFolder;
import dev.sotto.job.store.RunIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AttemptTest {

    private static final int STEPS = 23;
    private static final Recipe RECIPE = new Recipe(
            new PrivacyPlan(60, 0.3, STEPS, 0.8, new Clipping.AutoS(1)),
            Optimizer.AdamW.defaults(),
            new Schedule.Constant(0.01),
            new Microbatches.Limit(4, 64),
            RowIndependence.EXACT);
    private static final RunIdentity RUN =
            new RunIdentity("week-7", RECIPE.plan().hash(), "seed", "layout", "recipe", "table");
    private static final TrainState INITIAL = TrainState.initial(new float[] {1, 2, 3}, RECIPE.optimizer());

    @TempDir
    Path folder;

    private Checkpoints checkpoints(long every) {
        return Checkpoints.in(
                OutputFolder.create(folder.toString(), true, new Configuration()), every, new Configuration());
    }

    private static Attempt next(Checkpoints kept) {
        return Attempt.next(kept, RUN, Phases.of(RECIPE), INITIAL, 3);
    }

    /** A driver that only draws noise and keeps checkpoints, one event at a time. */
    private static final class Driver {
        private final Attempt attempt;
        private final Keeper keeper;
        private final long end;
        private long step;
        private long drawn;
        private boolean begun;
        private boolean midStep; // noise is drawn, and nothing kept yet

        Driver(Checkpoints kept) {
            this(kept, 0);
        }

        /** One that ends so many steps before the plan does, as far as there are so many. */
        Driver(Checkpoints kept, int early) {
            attempt = next(kept);
            end = Math.max(attempt.first(), STEPS - early);
            keeper = new Keeper(kept, RUN, attempt.number(), attempt.first(), end);
            step = attempt.first();
        }

        boolean done() {
            return begun && !midStep && step == end;
        }

        /** One thing that can be done before the machine is lost; false once the attempt was told to end. */
        boolean advance() {
            try {
                if (!begun) {
                    begun = true;
                    keeper.reached(step, INITIAL);
                } else if (!midStep) {
                    drawn++;
                    midStep = true;
                } else {
                    midStep = false;
                    step++;
                    keeper.reached(step, INITIAL);
                }
                return true;
            } catch (SottoException superseded) {
                return false;
            }
        }
    }

    /**
     * Drivers are lost at any point, and some are only believed to be lost and go on beside their successors. Whatever the
     * order of events, what the last attempt charges covers every draw ever made.
     */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void charge_coversEveryDraw(long seed) {
        var random = new Random(seed);
        Checkpoints kept = checkpoints(1 + random.nextInt(5));
        List<Driver> running = new ArrayList<>();
        List<Driver> all = new ArrayList<>();
        Driver finished = null;
        while (finished == null) {
            if (running.isEmpty() || random.nextInt(12) == 0) {
                var driver = new Driver(kept, random.nextBoolean() ? random.nextInt(STEPS) : 0);
                running.add(driver);
                all.add(driver);
            }
            Driver driver = running.get(random.nextInt(running.size()));
            if (!driver.advance() || random.nextInt(25) == 0) {
                running.remove(driver);
            } else if (driver.done()) {
                finished = driver;
            }
        }
        running.remove(finished);
        running.forEach(zombie -> {
            while (!zombie.done() && zombie.advance()) {}
        });

        long drawn = all.stream().mapToLong(each -> each.drawn).sum();
        long charged = finished.attempt.drawnBefore() + finished.drawn;
        assertThat(charged).isBetween(drawn, drawn + all.size() * kept.every());
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 4", "1, 0, 4", "3, 0, 4", "4, 4, 8", "5, 4, 8", "22, 20, 23", "23, 23, 23"})
    void lostDriver_isChargedUpToItsNextCheckpoint(int stepsBeforeTheLoss, long resumedAt, long charged) {
        Checkpoints kept = checkpoints(4);
        var lost = new Driver(kept);
        for (int event = 0; event <= 2 * stepsBeforeTheLoss; event++) {
            lost.advance();
        }

        Attempt resumed = next(kept);

        assertThat(resumed.number()).isEqualTo(2);
        assertThat(resumed.first()).isEqualTo(resumedAt);
        assertThat(resumed.drawnBefore()).isEqualTo(charged);
        assertThat(resumed.entry("week-7")).isEqualTo("week-7/2");
    }

    /** The first is lost beyond a checkpoint, the second goes on from there, the third ends before it keeps anything. */
    @Test
    void attemptThatWentOn_isNotChargedForACount() {
        Checkpoints kept = checkpoints(2);
        var first = new Driver(kept);
        for (int event = 0; event <= 2 * 2; event++) {
            first.advance();
        }
        new Driver(kept).advance();
        new Driver(kept);

        Attempt fourth = next(kept);

        assertThat(fourth.counts()).isFalse();
        assertThat(fourth.earlier()).extracting(Attempt.Earlier::counted).containsExactly(true, false, false);
    }

    @Test
    void checkpoint_isReadBackToTheBit() {
        Checkpoints kept = checkpoints(2);
        TrainState state = TrainState.initial(new float[] {1, Float.MIN_VALUE, -0f}, RECIPE.optimizer());
        next(kept);
        new Keeper(kept, RUN, 1, 0, STEPS).reached(2, state);

        assertThat(next(kept).state().toBytes()).isEqualTo(state.toBytes());
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "plan", "seed", "layout", "recipe", "table"})
    void checkpointOfAnotherRun_isRefusedAndTakesNothingOver(String part) {
        Checkpoints kept = checkpoints(2);
        var alive = new Driver(kept);
        alive.advance();
        var other = new RunIdentity(
                part.equals("run") ? "x" : RUN.run(),
                part.equals("plan") ? "x" : RUN.plan(),
                part.equals("seed") ? "x" : RUN.seed(),
                part.equals("layout") ? "x" : RUN.layout(),
                part.equals("recipe") ? "x" : RUN.recipe(),
                part.equals("table") ? "x" : RUN.table());

        assertThatThrownBy(() -> Attempt.next(kept, other, Phases.of(RECIPE), INITIAL, 3))
                .isInstanceOf(SottoException.class)
                .hasMessageContaining("a run whose " + part + " is");
        assertThat(kept.isSuperseded(1)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 10, 40, -1})
    void tornCheckpoint_isRefused(int bytesKept) throws IOException {
        Checkpoints kept = checkpoints(2);
        new Driver(kept).advance();
        Path file = onlyCheckpoint();
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(whole, bytesKept < 0 ? whole.length - 1 : bytesKept));

        assertThatThrownBy(() -> next(kept)).isInstanceOf(SottoException.class).hasMessageContaining("torn");
    }

    @Test
    void alteredCheckpoint_isRefused() throws IOException {
        Checkpoints kept = checkpoints(2);
        new Driver(kept).advance();
        Path file = onlyCheckpoint();
        byte[] whole = Files.readAllBytes(file);
        for (int at : new int[] {3, 9, 40, whole.length / 2, whole.length - 1}) {
            byte[] altered = whole.clone();
            altered[at] ^= 1;
            Files.write(file, altered);
            assertThatThrownBy(() -> next(kept))
                    .as("byte %d", at)
                    .isInstanceOf(SottoException.class)
                    .hasMessageContaining("altered");
        }
    }

    private Path onlyCheckpoint() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve(Checkpoints.FOLDER))) {
            return files.filter(file -> file.toString().endsWith(".ckpt"))
                    .reduce((one, other) -> {
                        throw new IllegalStateException("two");
                    })
                    .orElseThrow();
        }
    }

    @Test
    void checkpoints_doNotPileUp() throws IOException {
        var driver = new Driver(checkpoints(1));
        while (!driver.done()) {
            driver.advance();
        }
        try (Stream<Path> files = Files.list(folder.resolve(Checkpoints.FOLDER))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "attempt-000001",
                            "attempt-000001-step-000000000022.ckpt",
                            "attempt-000001-step-000000000023.last.ckpt");
        }
    }

    @Test
    void attempt_thatEndedBeforeItCounted_isNotChargedForACount() {
        Checkpoints kept = checkpoints(5);
        Attempt early = next(kept);
        Attempt counted = next(kept);
        new Keeper(kept, RUN, counted.number(), 0, STEPS).counts();

        assertThat(next(kept).earlier())
                .containsExactly(
                        new Attempt.Earlier(early.number(), 0, 0, false),
                        new Attempt.Earlier(counted.number(), 0, 0, true));
    }

    @Test
    void attempt_thatWasTakenOver_countsNoMore() {
        Checkpoints kept = checkpoints(5);
        var slow = new Keeper(kept, RUN, next(kept).number(), 0, STEPS);
        assertThat(next(kept).earlier()).containsExactly(new Attempt.Earlier(1, 0, 0, false));

        assertThatThrownBy(slow::counts).isInstanceOf(SottoException.class).hasMessageContaining("takes over");
    }

    @Test
    void countUnderOtherSettings_isNotTakenForThisRuns() {
        Checkpoints kept = checkpoints(5);
        new Keeper(kept, RUN, next(kept).number(), 0, STEPS).counts();
        var other = new RunIdentity(RUN.run(), "fewer units", "seed", "layout", "recipe", "table");

        assertThatThrownBy(() -> Attempt.next(kept, other, Phases.of(RECIPE), INITIAL, 3))
                .isInstanceOf(SottoException.class)
                .hasMessageContaining("other settings");
        assertThat(kept.isSuperseded(1)).isFalse();
    }
}
