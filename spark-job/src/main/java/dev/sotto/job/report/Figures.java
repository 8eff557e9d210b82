package dev.sotto.job.report;

import dev.sotto.job.config.Texts;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Numbers as the report writes them: what is promised is rounded up, and what is no number is called by a word. */
public final class Figures {
    private Figures() {}

    /** A privacy loss in nats, three decimals, rounded up. */
    public static String epsilon(double epsilon) {
        return Double.isFinite(epsilon)
                ? new BigDecimal(epsilon).setScale(3, RoundingMode.CEILING).toPlainString()
                : "unbounded";
    }

    /** A lower bound in nats, three decimals, rounded down. */
    static String atLeast(double epsilon) {
        return Double.isFinite(epsilon)
                ? new BigDecimal(epsilon).setScale(3, RoundingMode.FLOOR).toPlainString()
                : "unbounded";
    }

    /** A number in all its digits: what someone must type in to find the same epsilon. */
    static String exact(double value) {
        return value == Math.rint(value) ? number(value) : Double.toString(value);
    }

    /** A number as one would write it. */
    static String number(double value) {
        return Double.isFinite(value) ? Texts.number(value) : "not known";
    }

    /** A count with its thousands apart. */
    public static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    /** A fraction of one in percent, rounded up to one decimal. */
    static String percentUp(double fraction) {
        return Double.isFinite(fraction)
                ? new BigDecimal(fraction * 100).setScale(1, RoundingMode.CEILING) + " %"
                : "not known";
    }

    /** A measure, four decimals. */
    static String measure(@Nullable Double value) {
        return value == null || !Double.isFinite(value) ? "not defined" : String.format(Locale.ROOT, "%.4f", value);
    }
}
