package dev.sotto.core.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Caption tokens cut further, as METEOR 1.5 cuts English with {@code -norm}: compounds, clitics and signs are words of their own. */
final class MeteorTokens {
    private static final Pattern SIGN = Pattern.compile("[^\\p{L}\\p{N}\\s.',-]");
    private static final Pattern HYPHEN = Pattern.compile("(?<=[\\p{L}\\p{N}.])-(?=[\\p{L}\\p{N}])");
    private static final Pattern COMMA = Pattern.compile("(?<!\\d),|,(?!\\d)");
    private static final Pattern APOSTROPHE_INSIDE = Pattern.compile("(?<=\\p{L})'(?=\\p{L})|(?<=\\d)'(?=s)");
    private static final Pattern APOSTROPHE_OUTSIDE = Pattern.compile("(?<![\\p{L}\\p{N}])'|(?<=\\p{L})'(?!\\p{L})");
    private static final Pattern ACRONYM = Pattern.compile("(?=.*\\p{L}.*\\.$).*\\..*\\.");

    private MeteorTokens() {}

    static List<String> of(String text) {
        String cut = " " + String.join(" ", CaptionTokens.of(text)) + " ";
        cut = SIGN.matcher(cut).replaceAll(" $0 ");
        cut = COMMA.matcher(cut).replaceAll(" , ");
        cut = HYPHEN.matcher(cut).replaceAll(" ");
        cut = APOSTROPHE_OUTSIDE.matcher(cut).replaceAll(" ' ");
        cut = APOSTROPHE_INSIDE.matcher(cut).replaceAll(" '");
        List<String> words = List.of(cut.strip().split("\\s+"));
        List<String> tokens = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            addWithoutDot(words.get(i), i + 1 < words.size() ? words.get(i + 1) : "", tokens);
        }
        return tokens;
    }

    /** Acronyms lose their dots; any other last dot is a word, unless small letters follow. */
    private static void addWithoutDot(String word, String next, List<String> tokens) {
        if (ACRONYM.matcher(word).matches()) {
            tokens.add(word.replace(".", ""));
        } else if (word.length() > 1
                && word.endsWith(".")
                && !(!next.isEmpty() && Character.isLowerCase(next.charAt(0)))) {
            tokens.add(word.substring(0, word.length() - 1));
            tokens.add(".");
        } else if (!word.isEmpty()) {
            tokens.add(word);
        }
    }
}
