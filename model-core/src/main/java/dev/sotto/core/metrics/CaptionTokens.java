package dev.sotto.core.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * English words as the scorers of image captions cut them: by the rules of the Penn Treebank, in small letters, punctuation left out.
 * For plain text these are the tokens of Stanford's PTBTokenizer 3.4.1 as pycocoevalcap calls it; not for web addresses, faces made of
 * punctuation, and abbreviations beyond the common ones.
 */
final class CaptionTokens {
    private static final String LETTER = "[\\p{L}\\p{M}\\p{N}]";

    /** What stands where a token begins; the first that fits is taken. */
    private static final Pattern TOKEN = Pattern.compile("(?<abbreviation>(?<!" + LETTER
            + ")(?:(?:\\p{L}\\.){2,}|\\p{L}\\.|\\p{L}+\\.(?=[,;:])"
            + "|(?:Mr|Mrs|Ms|Dr|Prof|St|Jr|Sr|Inc|Ltd|Co|Corp|Gen|Gov|Sen|Rep|Rev|Col|Capt|Lt"
            + "|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|vs|etc)\\."
            + "|[Nn]o\\.(?=\\s*\\d)))"
            + "|(?<number>(?:(?<![\\p{L}\\p{M}\\p{N}])-)?\\d+(?:[.,:/-]\\d+)*(?=(?i:[ap]m)?(?!-?" + LETTER + ")))"
            + "|(?<word>" + LETTER + "+(?:[-/&.'_]" + LETTER + "+)*)"
            + "|(?<clitic>'(?i:s|m|d|ll|re|ve)(?!" + LETTER + ")|'[Tt](?=is\\b|was\\b))"
            + "|\\.{2,}|-{2,}|[^\\s]");

    /** Ends of words that are words of their own. */
    private static final Pattern ENDING = Pattern.compile("(.+?)(n't|'(?:s|m|d|ll|re|ve))");

    private static final Map<String, List<String>> TWO_WORDS = Map.of(
            "cannot", List.of("can", "not"),
            "gonna", List.of("gon", "na"),
            "gotta", List.of("got", "ta"),
            "wanna", List.of("wan", "na"),
            "gimme", List.of("gim", "me"),
            "lemme", List.of("lem", "me"));

    private static final Map<String, String> SIGNS = Map.of(
            "(", "-lrb-", ")", "-rrb-", "[", "-lsb-", "]", "-rsb-", "{", "-lcb-", "}", "-rcb-", "£", "#", "€", "$");

    private static final Set<String> PUNCTUATION = Set.of(".", "?", "!", ",", ":", ";", "-", "'", "`", "\"");

    private CaptionTokens() {}

    static List<String> of(String text) {
        String plain = text.replaceAll("[‘’]", "'")
                .replaceAll("[“”]", "\"")
                .replaceAll("[–—]", " -- ")
                .replace("…", " ... ")
                .replace("&quot;", "\"")
                .replace("&amp;", "&")
                .replace("&lt;", "<")
                .replace("&gt;", ">");
        List<String> tokens = new ArrayList<>();
        Matcher matcher = TOKEN.matcher(plain);
        while (matcher.find()) {
            String token = matcher.group().toLowerCase(Locale.ROOT);
            if (matcher.group("word") != null) {
                addWord(token, tokens);
            } else if (!PUNCTUATION.contains(token) && !token.startsWith("..") && !token.startsWith("--")) {
                tokens.add(SIGNS.getOrDefault(token, token));
            }
        }
        return tokens;
    }

    private static void addWord(String word, List<String> tokens) {
        Matcher ending = ENDING.matcher(word);
        if (TWO_WORDS.containsKey(word)) {
            tokens.addAll(TWO_WORDS.get(word));
        } else if (ending.matches()) {
            tokens.add(ending.group(1));
            tokens.add(ending.group(2));
        } else {
            tokens.add(word);
        }
    }
}
