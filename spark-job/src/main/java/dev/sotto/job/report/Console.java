package dev.sotto.job.report;

import java.io.PrintStream;
import java.time.Clock;

/**
 * Where a run speaks to the person who started it. Only public things are said: settings, steps, privacy spent, figures
 * measured on public tables.
 */
public final class Console {
    private static final String TERMINAL_PROPERTY = "sotto.terminal";

    private final PrintStream out;
    private final boolean terminal;
    private final Clock clock;

    /** @param terminal whether {@code out} is a terminal, on which one line may be written over and over */
    public Console(PrintStream out, boolean terminal, Clock clock) {
        this.out = out;
        this.terminal = terminal;
        this.clock = clock;
    }

    /** The console of this process; a terminal if the launcher, which can see that, said so. */
    public static Console ofProcess() {
        return new Console(System.out, Boolean.getBoolean(TERMINAL_PROPERTY), Clock.systemUTC());
    }

    /** One line. */
    public void say(String line) {
        out.println(line);
        out.flush();
    }

    /** The progress of a run that starts now. */
    public Progress progress() {
        return new Progress(out, terminal, clock);
    }
}
