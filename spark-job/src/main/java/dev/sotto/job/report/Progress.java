package dev.sotto.job.report;

import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/**
 * Step, time left and privacy spent: one line written over in a terminal, elsewhere a plain line at every twentieth of
 * the way. All of it is public.
 */
public final class Progress implements AutoCloseable {
    private static final int BAR = 24;
    private static final int PLAIN_LINES = 20;
    private static final Duration REDRAW = Duration.ofMillis(100);

    private final PrintStream out;
    private final boolean terminal;
    private final Clock clock;
    private final Instant start;
    private long first = -1;
    private Instant drawn = Instant.MIN;
    private boolean lineOpen;

    Progress(PrintStream out, boolean terminal, Clock clock) {
        this.out = out;
        this.terminal = terminal;
        this.clock = clock;
        this.start = clock.instant();
    }

    /**
     * Says that a step is done.
     *
     * @param step steps done, those of an earlier attempt included
     * @param steps steps in all
     * @param epsilon privacy spent by the steps done, in nats; NaN or infinite where the run is not private
     */
    public void step(long step, long steps, double epsilon) {
        if (first < 0) {
            first = step - 1;
        }
        Instant now = clock.instant();
        boolean last = step >= steps;
        if (terminal) {
            if (last
                    || Duration.between(drawn.equals(Instant.MIN) ? start.minus(REDRAW) : drawn, now)
                                    .compareTo(REDRAW)
                            >= 0) {
                out.print("\r\u001b[K" + bar(step, steps) + " " + line(step, steps, epsilon, now));
                out.flush();
                drawn = now;
                lineOpen = true;
            }
            if (last) {
                close();
            }
        } else if (last || step * PLAIN_LINES / steps > (step - 1) * PLAIN_LINES / steps) {
            out.println(line(step, steps, epsilon, now));
            out.flush();
        }
    }

    /** Ends an open line, so that what is said next starts on its own. */
    @Override
    public void close() {
        if (lineOpen) {
            out.println();
            out.flush();
            lineOpen = false;
        }
    }

    private String line(long step, long steps, double epsilon, Instant now) {
        Duration spent = Duration.between(start, now);
        long done = Math.max(1, step - first);
        Duration left = spent.multipliedBy(Math.max(0, steps - step)).dividedBy(done);
        String cost = Double.isFinite(epsilon) ? String.format(Locale.ROOT, "epsilon %.3f", epsilon) : "NOT PRIVATE";
        return String.format(
                "step %d/%d  %s  %s",
                step, steps, step >= steps ? "took " + clockTime(spent) : "left " + clockTime(left), cost);
    }

    private static String bar(long step, long steps) {
        int full = (int) (BAR * Math.min(step, steps) / steps);
        return "[" + "#".repeat(full) + "-".repeat(BAR - full) + "]";
    }

    private static String clockTime(Duration duration) {
        return duration.toHours() > 0
                ? String.format("%d:%02d:%02d", duration.toHours(), duration.toMinutesPart(), duration.toSecondsPart())
                : String.format("%d:%02d", duration.toMinutesPart(), duration.toSecondsPart());
    }
}
