package dev.sotto.job.report;

import dev.sotto.job.config.Texts;
import dev.sotto.job.predict.Measured;
import dev.sotto.job.report.PrivacyReport.Evaluation;
import java.io.PrintStream;
import java.time.Clock;
import java.util.Locale;

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

    /** What a finished run gave. */
    public void done(PrivacyReport report) {
        Evaluation evaluation = report.evaluation();
        if (evaluation != null) {
            evaluation.before().entrySet().stream()
                    .limit(1)
                    .forEach(before -> say(String.format(
                            "%s on %s (%d rows): %s before%s, %s after%s",
                            before.getKey(),
                            evaluation.table(),
                            evaluation.rows(),
                            Figures.measure(before.getValue()),
                            evaluation.newHead() ? " (its head had learned nothing)" : "",
                            Figures.measure(evaluation.after().get(before.getKey())),
                            evaluation.before().containsKey(Measured.MAJORITY)
                                    ? "; always the commonest class: "
                                            + Figures.measure(
                                                    evaluation.before().get(Measured.MAJORITY))
                                    : "")));
        }
        if (report.guarantee() instanceof PrivacyReport.Guarantee.Private kept) {
            say("privacy: epsilon " + Figures.epsilon(kept.epsilon().upper()) + " at delta "
                    + Texts.number(kept.delta())
                    + PlainWords.leftOut(report.mechanism().independence())
                            .map(what -> ", " + what.toUpperCase(Locale.ROOT))
                            .orElse("")
                    + ", noise multiplier "
                    + Texts.number(report.mechanism().first().plan().noiseMultiplier())
                    + "; a privacy unit is "
                    + PlainWords.unit(report.mechanism().unit()));
            PlainWords.weak(kept.epsilon().upper()).ifPresent(this::say);
            PrivacyReport.Chain chain = report.chain();
            if (chain != null) {
                PlainWords.chain(chain).forEach(this::say);
            }
        } else if (report.guarantee() instanceof PrivacyReport.Guarantee.NotPrivate none) {
            say("privacy: NOT PRIVATE. " + none.why());
        }
    }

    /** Where it is. */
    public void written(String model, boolean hasAdapters, String page) {
        say("model: " + model);
        if (hasAdapters) {
            say(
                    "  It has adapters or a prefix, which sotto predict, evaluate and train read; transformers has no place for them and refuses"
                            + " to open it.");
        }
        say("report: " + page);
    }

    /** The progress of a run that starts now. */
    public Progress progress() {
        return new Progress(out, terminal, clock);
    }
}
