package dev.sotto.job.config;

import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Small text helpers of the messages. */
public final class Texts {
    private Texts() {}

    /** A number as one would write it: 3, 0.25, 1e-6. */
    public static String number(double value) {
        if (value == Math.rint(value) && Math.abs(value) < 1e9) {
            return Long.toString((long) value);
        }
        if (Math.abs(value) >= 1e-3 && Math.abs(value) < 1e9) {
            return String.format(Locale.ROOT, "%.4f", value).replaceFirst("\\.?0+$", "");
        }
        return String.format(Locale.ROOT, "%.3e", value)
                .replaceFirst("\\.?0*e", "e") // of the mantissa; those of an exponent count
                .replaceFirst("e\\+?(-?)0*(\\d)", "e$1$2");
    }

    /** What an exception says, on one line and without a full stop; what the JDK says by a path or a host alone is put in words. */
    public static String why(Throwable error) {
        Throwable cause = error.getCause();
        String message = error.getMessage();
        if (message == null || (cause != null && message.equals(cause.toString()))) { // it only wraps the other
            return cause == null ? error.getClass().getSimpleName() : why(cause);
        }
        String found = error instanceof UnknownHostException
                ? "no machine is known by the name " + message
                : error instanceof NoSuchFileException
                        ? "there is no file " + message
                        : error instanceof AccessDeniedException ? "this user has no right to " + message : message;
        String line = found.lines().findFirst().orElse("").strip().replaceAll("[.:]+$", "");
        return line.replaceAll(
                "\\b(?:[a-z]\\w*\\.)+([A-Z]\\w*(?:Exception|Error)\\b)", "$1"); // without the class's package
    }

    /** The candidate with the fewest edits from {@code word}, if it is near enough to have been meant. */
    public static Optional<String> nearest(String word, Collection<String> candidates) {
        return candidates.stream()
                .min(Comparator.comparingInt((String candidate) -> edits(word, candidate))
                        .thenComparing(Comparator.naturalOrder()))
                .filter(candidate -> edits(word, candidate) <= Math.max(2, word.length() / 2));
    }

    /** Levenshtein's distance: insertions, deletions and substitutions of one character. */
    static int edits(String a, String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substitution = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(substitution, 1 + Math.min(previous[j], row[j - 1]));
            }
            previous = row;
        }
        return previous[b.length()];
    }
}
