package dev.sotto.job.train;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Where the steps' time goes, on the driver's clock: <b>private</b>, and so measured only where it was asked for. How long executors
 * compute, and how long the driver waits for them, follows from how many rows were sampled and how long these are.
 */
final class PhaseTimes {

    /** What the driver does in a step, in this order. */
    enum Phase {
        /** Handing out parameters, waiting for the executors' sums, adding these up. */
        EXECUTORS,
        /** Waiting for the noise that was drawn meanwhile, and adding it. */
        NOISE,
        /** The optimizer's step. */
        UPDATE,
        /** Checkpoint and progress. */
        KEEPING;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Map<Phase, LongAdder> nanos =
            new EnumMap<>(Phase.class); // filled at once, read by the sinks' threads
    private @Nullable Phase current;
    private long since;

    PhaseTimes() {
        for (Phase phase : Phase.values()) {
            nanos.put(phase, new LongAdder());
        }
    }

    /** Ends the phase before, if there is one. */
    void enter(Phase next) {
        long now = System.nanoTime();
        if (current != null) {
            of(current).add(now - since);
        }
        current = next;
        since = now;
    }

    /** Of all steps so far. */
    double seconds(Phase phase) {
        return of(phase).sum() / 1e9;
    }

    private LongAdder of(Phase phase) {
        return Objects.requireNonNull(nanos.get(phase));
    }
}
