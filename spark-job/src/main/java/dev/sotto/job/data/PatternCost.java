package dev.sotto.job.data;

import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import java.util.regex.Pattern;

/**
 * How many steps Java's regular expressions may take with a pattern, found from the pattern alone. They backtrack: each way to match a part is
 * tried with each way to match what follows, from each place of a text, so that one row's text could take years, or the stack, where a
 * group is repeated. A text is therefore shown to a pattern only so far as {@link #characters} says, which keeps one search within
 * {@link #STEPS}: about a second, whatever the text.
 *
 * <p>A descent over the pattern's own grammar: alternatives of sequences of pieces, each with its repetition.
 */
final class PatternCost {

    /** Of one search. */
    static final double STEPS = 1e8;

    /** A pattern that could see less of a text than this is refused. */
    static final int FEWEST = 2000;

    private static final Pattern FLAG_X = Pattern.compile("\\?[a-wyzA-Z-]*x");

    private final String pattern;
    private final double text; // characters
    private int at;

    private PatternCost(String pattern, double text) {
        this.pattern = pattern;
        this.text = text;
    }

    /** What a part of a pattern costs: steps to match it once, at most, and ways to match it, all of which are tried if what follows fails. */
    private record Cost(double steps, double ways) {

        static final Cost NOTHING = new Cost(0, 1);
        static final Cost ONE = new Cost(1, 1);

        Cost then(Cost next) {
            return new Cost(steps + ways * next.steps, ways * next.ways);
        }

        Cost or(Cost other) {
            return new Cost(steps + other.steps, ways + other.ways);
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
            return steps(pattern, FEWEST) > STEPS
                    ? Optional.of("so many ways to try that it could be shown fewer than " + FEWEST
                            + " characters of a text. Of several unbounded repetitions behind each other leave one, and bound"
                            + " the others, as in \\d{1,9}; take optional parts out")
                    : Optional.empty();
        } catch (TooCostly told) {
            return Optional.of(String.valueOf(told.getMessage()));
        }
    }

    /** The same of SQL's LIKE. */
    static Optional<String> faultOfLike(String pattern) {
        return stepsOfLike(pattern, FEWEST) > STEPS
                ? Optional.of("more than two % before its end. Ask for the parts one by one, with AND")
                : Optional.empty();
    }

    /** How much of a text a pattern without fault is shown, in characters, of so many, to keep within so many steps. */
    static int characters(String pattern, int most, double within) {
        return characters(most, within, text -> steps(pattern, text));
    }

    /** The same of SQL's LIKE. */
    static int charactersOfLike(String pattern, int most, double within) {
        return characters(most, within, text -> stepsOfLike(pattern, text));
    }

    private static int characters(int most, double within, IntToDoubleFunction steps) {
        int enough = 0;
        int tooMany = most + 1;
        while (tooMany - enough > 1) {
            int text = (enough + tooMany) / 2;
            if (steps.applyAsDouble(text) <= within) {
                enough = text;
            } else {
                tooMany = text;
            }
        }
        return enough;
    }

    /** From each place of the text. */
    private static double steps(String pattern, int text) {
        var cost = new PatternCost(pattern, text);
        double steps = cost.alternatives().steps;
        if (cost.at < pattern.length()) {
            throw new TooCostly("a bracket that closes nothing");
        }
        return Math.max(1, steps) * text;
    }

    /** A text as a whole; each % but those at the end, which hold of anything, is an unbounded repetition. */
    private static double stepsOfLike(String pattern, int text) {
        String needed = pattern.replaceAll("%+$", "");
        Cost cost = Cost.ONE;
        for (int i = 0; i < needed.length(); i++) {
            cost = cost.then(needed.charAt(i) == '%' ? new Cost(text, text) : Cost.ONE);
        }
        return cost.steps;
    }

    private Cost alternatives() {
        Cost cost = sequence();
        while (next('|')) {
            cost = cost.or(sequence());
        }
        return cost;
    }

    private Cost sequence() {
        Cost cost = Cost.NOTHING;
        while (at < pattern.length() && pattern.charAt(at) != '|' && pattern.charAt(at) != ')') {
            boolean group = pattern.charAt(at) == '(';
            cost = cost.then(repeated(piece(), group));
        }
        return cost;
    }

    private Cost piece() {
        char first = pattern.charAt(at++);
        if (first == '(') {
            return group();
        } else if (first == '[') {
            skipClass();
        } else if (first == '\\' && at < pattern.length()) {
            return escape();
        }
        return Cost.ONE;
    }

    private Cost group() {
        String from = pattern.substring(at);
        if (FLAG_X.matcher(from).lookingAt()) {
            throw new TooCostly("the flag x");
        }
        boolean behind =
                from.startsWith("?<=") || from.startsWith("?<!"); // tried from each place that it could begin at
        Cost inside = alternatives();
        next(')');
        return behind ? new Cost(inside.steps * inside.steps, inside.ways) : inside;
    }

    /** What stands in brackets is one character, whatever is in it. */
    private void skipClass() {
        next('^');
        for (boolean atStart = true; at < pattern.length(); atStart = false) {
            char next = pattern.charAt(at++);
            if (next == '\\') {
                if (next('Q')) {
                    throw new TooCostly("\\Q within brackets");
                }
                at += next('c') ? 1 : 0;
                at++;
            } else if (next == '[') {
                skipClass();
            } else if (next == ']' && !atStart) {
                return;
            }
        }
    }

    private Cost escape() {
        char escaped = pattern.charAt(at++);
        if (escaped == 'Q') {
            int end = pattern.indexOf("\\E", at);
            int from = at;
            at = end < 0 ? pattern.length() : end + 2;
            return new Cost(at - from, 1);
        } else if (escaped == 'k' || (escaped >= '1' && escaped <= '9')) {
            throw new TooCostly("a reference to what a group matched");
        } else if (escaped == 'c') {
            at++;
        } else if (escaped == 'X' || (escaped == 'b' && at < pattern.length() && pattern.charAt(at) == '{')) {
            at = escaped == 'X' ? at : Math.max(at, pattern.indexOf('}', at) + 1);
            return new Cost(text, 1); // a letter with all its marks may be as long as the text
        } else if ("pPxN".indexOf(escaped) >= 0 && next('{')) {
            at = Math.max(at, pattern.indexOf('}', at) + 1);
        }
        return escaped == 'R' ? new Cost(2, 2) : Cost.ONE;
    }

    private Cost repeated(Cost piece, boolean isGroup) {
        if (next('?')) {
            return mode() ? piece : piece.or(Cost.NOTHING);
        }
        double least = 0;
        double most = text;
        if (next('{')) {
            int end = Math.max(at, pattern.indexOf('}', at));
            String[] bounds = pattern.substring(at, end).split(",", -1);
            at = Math.min(pattern.length(), end + 1);
            least = Math.min(number(bounds[0]), text);
            most = bounds.length == 1 ? least : bounds[1].isBlank() ? text : Math.min(number(bounds[1]), text);
        } else if (!next('*') && !next('+')) {
            return piece;
        }
        if (isGroup) {
            throw new TooCostly("a group that is repeated. Repeat single characters or classes of them, as in [a-z ]*");
        }
        return new Cost(most * piece.steps, mode() ? 1 : most - least + 1);
    }

    private double number(String bound) {
        try {
            return Double.parseDouble(bound);
        } catch (NumberFormatException noPattern) {
            return text;
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
