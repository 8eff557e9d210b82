package dev.sotto.job.data;

import java.util.Optional;

/**
 * How many ways Java's regular expressions may try a pattern on one text, found from the pattern alone. They backtrack: of a text of n
 * characters, {@code n^(d+1)} times the choices, where d is how many unbounded repetitions stand one behind the other. One row's text
 * could take years, or the stack, where a group is repeated. What {@link #fault} lets pass takes some n² steps at most.
 *
 * <p>A descent over the pattern's own grammar: alternatives of sequences of pieces, each with its repetition.
 */
final class PatternCost {

    private static final int MAX_CHOICES = 10_000;
    private static final int MAX_CHOICES_OF_A_REPETITION = 16;

    private final String pattern;
    private int at;

    private PatternCost(String pattern) {
        this.pattern = pattern;
    }

    /** What a part of a pattern costs: unbounded repetitions that may stand behind each other, and choices to try for each. */
    private record Cost(int repetitions, double choices) {

        static final Cost ONE = new Cost(0, 1);

        Cost then(Cost next) {
            return new Cost(repetitions + next.repetitions, choices * next.choices);
        }

        Cost or(Cost other) {
            return new Cost(Math.max(repetitions, other.repetitions), choices + other.choices);
        }
    }

    /** Thrown within this class alone. */
    private static final class TooCostly extends RuntimeException {
        private static final long serialVersionUID = 1;

        TooCostly(String what) {
            super(what);
        }
    }

    /** Why a pattern of {@link java.util.regex.Pattern} could take too long on some text; empty if it could not. */
    static Optional<String> fault(String pattern) {
        try {
            Cost cost = new PatternCost(pattern).alternatives();
            if (cost.repetitions > 1) {
                return Optional.of("several unbounded repetitions behind each other. Bound them, as in \\d{1,9},"
                        + " or make them possessive, as in \\d++");
            }
            return cost.choices > (cost.repetitions == 0 ? MAX_CHOICES : MAX_CHOICES_OF_A_REPETITION)
                    ? Optional.of(
                            "too many choices to try. Make repetitions possessive, as in \\d++, and take optional parts out")
                    : Optional.empty();
        } catch (TooCostly told) {
            return Optional.of(String.valueOf(told.getMessage()));
        }
    }

    /** The same of SQL's LIKE, of which each % within is an unbounded repetition. */
    static Optional<String> faultOfLike(String pattern) {
        long within = pattern.chars()
                .limit(Math.max(0, pattern.length() - 1))
                .filter(c -> c == '%')
                .count();
        return within > 2
                ? Optional.of("more than two % before its end. Ask for the parts one by one, with AND")
                : Optional.empty();
    }

    private Cost alternatives() {
        Cost cost = sequence();
        while (next('|')) {
            cost = cost.or(sequence());
        }
        return cost;
    }

    private Cost sequence() {
        Cost cost = Cost.ONE;
        while (at < pattern.length() && pattern.charAt(at) != '|' && pattern.charAt(at) != ')') {
            boolean group = pattern.charAt(at) == '(';
            cost = cost.then(piece()).then(repetition(group));
        }
        return cost;
    }

    private Cost piece() {
        char first = pattern.charAt(at++);
        if (first == '(') {
            int flags = at;
            if (next('?') && pattern.substring(flags).matches("\\?[a-wyzA-Z-]*x.*")) {
                throw new TooCostly("the flag x");
            }
            Cost inside = alternatives();
            next(')');
            return inside;
        }
        if (first == '[') {
            skipClass();
        } else if (first == '\\' && at < pattern.length()) {
            skipEscape();
        }
        return Cost.ONE;
    }

    /** What stands in brackets is one character, whatever is in it. */
    private void skipClass() {
        next('^');
        for (boolean atStart = true; at < pattern.length(); atStart = false) {
            char next = pattern.charAt(at++);
            if (next == '\\') {
                at++;
            } else if (next == '[') {
                skipClass();
            } else if (next == ']' && !atStart) {
                return;
            }
        }
    }

    private void skipEscape() {
        char escaped = pattern.charAt(at++);
        if (escaped == 'Q') {
            int end = pattern.indexOf("\\E", at);
            at = end < 0 ? pattern.length() : end + 2;
        } else if (escaped == 'k' || (escaped >= '1' && escaped <= '9')) {
            throw new TooCostly("a reference to what a group matched");
        } else if ("pPxN".indexOf(escaped) >= 0 && next('{')) {
            at = Math.max(at, pattern.indexOf('}', at) + 1);
        }
    }

    private Cost repetition(boolean ofGroup) {
        if (next('?')) {
            boolean possessive = mode();
            return possessive ? Cost.ONE : new Cost(0, 2);
        }
        boolean unbounded;
        double times = 1;
        if (next('*') || next('+')) {
            unbounded = true;
        } else if (next('{')) {
            int end = Math.max(at, pattern.indexOf('}', at));
            String[] bounds = pattern.substring(at, end).split(",", -1);
            at = Math.min(pattern.length(), end + 1);
            unbounded = bounds.length > 1 && bounds[1].isBlank();
            times = unbounded ? 1 : choices(bounds);
        } else {
            return Cost.ONE;
        }
        if (ofGroup) {
            throw new TooCostly("a group that is repeated. Repeat single characters or classes of them, as in [a-z ]*");
        }
        return mode() ? Cost.ONE : new Cost(unbounded ? 1 : 0, times);
    }

    private static double choices(String[] bounds) {
        try {
            double least = Double.parseDouble(bounds[0]);
            return bounds.length == 1 ? 1 : Double.parseDouble(bounds[1]) - least + 1;
        } catch (NumberFormatException noPattern) {
            return 1;
        }
    }

    /** Reads whether a repetition is greedy, lazy or possessive: the last alone never tries again. */
    private boolean mode() {
        boolean possessive = next('+');
        if (!possessive) {
            next('?');
        }
        return possessive;
    }

    private boolean next(char wanted) {
        boolean is = at < pattern.length() && pattern.charAt(at) == wanted;
        if (is) {
            at++;
        }
        return is;
    }
}
