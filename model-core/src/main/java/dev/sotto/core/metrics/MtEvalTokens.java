package dev.sotto.core.metrics;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Tokens as NIST's scorer of machine translation cuts them (mteval-v13a, without its international switch), and with it sacreBLEU's
 * {@code 13a}: ASCII punctuation stands alone, but for the dot and comma between digits, the hyphen behind anything but a digit, and
 * the apostrophe. Other scripts are cut at white space only.
 */
final class MtEvalTokens {
    private static final Pattern ALONE = Pattern.compile("[{-~\\[-` -&(-+:-@/]");
    private static final Pattern DOT_BEHIND_NO_DIGIT = Pattern.compile("([^0-9])([.,])");
    private static final Pattern DOT_BEFORE_NO_DIGIT = Pattern.compile("([.,])([^0-9])");
    private static final Pattern HYPHEN_BEHIND_DIGIT = Pattern.compile("([0-9])(-)");
    private static final Pattern WHITE = Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);

    private MtEvalTokens() {}

    static List<String> cased(String text) {
        String plain = text.replace("<skipped>", "")
                .replace("-\n", "")
                .replace('\n', ' ')
                .replace("&quot;", "\"")
                .replace("&amp;", "&")
                .replace("&lt;", "<")
                .replace("&gt;", ">");
        String cut = ALONE.matcher(" " + plain + " ").replaceAll(" $0 ");
        cut = DOT_BEHIND_NO_DIGIT.matcher(cut).replaceAll("$1 $2 ");
        cut = DOT_BEFORE_NO_DIGIT.matcher(cut).replaceAll(" $1 $2");
        cut = HYPHEN_BEHIND_DIGIT.matcher(cut).replaceAll("$1 $2 ");
        return Stream.of(WHITE.split(cut)).filter(token -> !token.isEmpty()).toList();
    }

    static List<String> lowerCased(String text) {
        return cased(text).stream().map(token -> token.toLowerCase(Locale.ROOT)).toList();
    }
}
