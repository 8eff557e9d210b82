package dev.sotto.job.plan;

import dev.sotto.job.config.Texts;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Bytes, seconds and ratios as one would say them. */
final class Sizes {
    private static final double KILO = 1e3;
    private static final double MEGA = 1e6;
    private static final double GIGA = 1e9;
    private static final double MINUTE = 60;
    private static final double HOUR = 3600;
    private static final double DAY = 86400;
    private static final double CHANGES = 2; // of a unit: up to so many, the smaller one tells more

    private Sizes() {}

    /** Decimal units, rounded up. */
    static String bytes(long bytes) {
        if (bytes < KILO) {
            return bytes + " bytes";
        }
        return bytes < MEGA
                ? upTo(bytes / KILO) + " kB"
                : bytes < GIGA ? upTo(bytes / MEGA) + " MB" : upTo(bytes / GIGA) + " GB";
    }

    private static String upTo(double value) {
        return Texts.number(Math.ceil(value * 10) / 10);
    }

    /** Two or three digits: an estimate has no more. */
    static String seconds(@Nullable Double seconds) {
        if (seconds == null) {
            return "";
        }
        if (seconds < CHANGES * MINUTE) {
            return ratio(seconds) + " s";
        }
        return seconds < CHANGES * HOUR
                ? ratio(seconds / MINUTE) + " min"
                : seconds < CHANGES * DAY ? ratio(seconds / HOUR) + " h" : ratio(seconds / DAY) + " days";
    }

    /** Three digits. */
    static String ratio(double value) {
        if (!Double.isFinite(value)) {
            return "no noise";
        }
        return value >= 100 ? String.format(Locale.ROOT, "%.0f", value) : String.format(Locale.ROOT, "%.3g", value);
    }
}
