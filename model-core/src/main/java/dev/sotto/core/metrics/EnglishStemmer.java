package dev.sotto.core.metrics;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Stems of English words: Porter's second algorithm as snowballstem.org defines it ("The English (Porter2) stemming algorithm", 2002),
 * in the form of its first years that METEOR uses.
 */
final class EnglishStemmer {
    private static final Map<String, String> WHOLE_WORDS = Map.ofEntries(
            Map.entry("skis", "ski"),
            Map.entry("skies", "sky"),
            Map.entry("dying", "die"),
            Map.entry("lying", "lie"),
            Map.entry("tying", "tie"),
            Map.entry("idly", "idl"),
            Map.entry("gently", "gentl"),
            Map.entry("ugly", "ugli"),
            Map.entry("early", "earli"),
            Map.entry("only", "onli"),
            Map.entry("singly", "singl"));
    private static final Set<String> UNCHANGED = Set.of("sky", "news", "howe", "atlas", "cosmos", "bias", "andes");
    private static final Set<String> UNCHANGED_SINGULARS =
            Set.of("inning", "outing", "canning", "herring", "earring", "proceed", "exceed", "succeed");

    private static final Map<String, String> STEP_2 = longestFirst(
            "tional=tion enci=ence anci=ance abli=able entli=ent izer=ize ization=ize ational=ate ation=ate ator=ate alism=al"
                    + " aliti=al alli=al fulness=ful ousli=ous ousness=ous iveness=ive iviti=ive biliti=ble bli=ble ogi=og fulli=ful"
                    + " lessli=less li=");
    private static final Map<String, String> STEP_3 =
            longestFirst("tional=tion ational=ate alize=al icate=ic iciti=ic ical=ic ful= ness= ative=");
    private static final Map<String, String> STEP_4 = longestFirst(
            "al= ance= ence= er= ic= able= ible= ant= ement= ment= ent= ism= ate= iti= ous= ive= ize= ion=");

    private static final String VOWELS = "aeiouy";
    private static final String BEFORE_LI = "cdeghkmnrt";
    private static final Set<String> DOUBLES = Set.of("bb", "dd", "ff", "gg", "mm", "nn", "pp", "rr", "tt");

    private String word;
    private int r1; // where the region begins that most endings must lie in
    private int r2;

    private EnglishStemmer(String word) {
        this.word = word;
    }

    /** The stem of a word in small letters. */
    static String stem(String word) {
        if (word.length() <= 2 || UNCHANGED.contains(word)) {
            return word;
        }
        String whole = WHOLE_WORDS.get(word);
        return whole != null ? whole : new EnglishStemmer(word).stem();
    }

    private static Map<String, String> longestFirst(String rules) {
        Map<String, String> sorted = new LinkedHashMap<>();
        Stream.of(rules.split(" "))
                .map(rule -> rule.split("=", -1))
                .sorted((a, b) -> b[0].length() - a[0].length())
                .forEach(rule -> sorted.put(rule[0], rule[1]));
        return sorted;
    }

    private String stem() {
        word = word.startsWith("'") ? word.substring(1) : word;
        markConsonantYs();
        r1 = Stream.of("gener", "commun", "arsen")
                .filter(word::startsWith)
                .findFirst()
                .map(String::length)
                .orElseGet(() -> regionFrom(0));
        r2 = regionFrom(r1);
        possessive();
        plural();
        if (!UNCHANGED_SINGULARS.contains(word)) {
            pastAndProgressive();
            finalY();
            replace(STEP_2);
            replace(STEP_3);
            replace(STEP_4);
            finalEOrL();
        }
        return word.replace('Y', 'y');
    }

    /** A y that begins a word or follows a vowel is a consonant: Y. */
    private void markConsonantYs() {
        var marked = new StringBuilder(word);
        for (int i = 0; i < marked.length(); i++) {
            if (marked.charAt(i) == 'y' && (i == 0 || VOWELS.indexOf(marked.charAt(i - 1)) >= 0)) {
                marked.setCharAt(i, 'Y');
            }
        }
        word = marked.toString();
    }

    private boolean isVowel(int at) {
        return VOWELS.indexOf(word.charAt(at)) >= 0;
    }

    private boolean hasVowel(int end) {
        for (int i = 0; i < end; i++) {
            if (isVowel(i)) {
                return true;
            }
        }
        return false;
    }

    /** What follows the first consonant behind a vowel. */
    private int regionFrom(int from) {
        for (int i = from + 1; i < word.length(); i++) {
            if (!isVowel(i) && isVowel(i - 1)) {
                return i + 1;
            }
        }
        return word.length();
    }

    private void possessive() {
        for (String ending : new String[] {"'s'", "'s", "'"}) {
            if (word.endsWith(ending)) {
                cut(ending, "");
                return;
            }
        }
    }

    private void cut(String ending, String instead) {
        word = word.substring(0, word.length() - ending.length()) + instead;
    }

    private void plural() {
        if (word.endsWith("sses")) {
            cut("es", "");
        } else if (word.endsWith("ied") || word.endsWith("ies")) {
            cut("ies", word.length() > 4 ? "i" : "ie");
        } else if (word.endsWith("s") && !word.endsWith("us") && !word.endsWith("ss") && hasVowel(word.length() - 2)) {
            cut("s", "");
        }
    }

    private void pastAndProgressive() {
        for (String ending : new String[] {"eedly", "eed"}) {
            if (word.endsWith(ending)) {
                if (word.length() - ending.length() >= r1) {
                    cut(ending, "ee");
                }
                return;
            }
        }
        for (String ending : new String[] {"ingly", "edly", "ing", "ed"}) {
            if (word.endsWith(ending)) {
                if (hasVowel(word.length() - ending.length())) {
                    cut(ending, "");
                    mendStem();
                }
                return;
            }
        }
    }

    private void mendStem() {
        if (word.endsWith("at") || word.endsWith("bl") || word.endsWith("iz")) {
            word += "e";
        } else if (word.length() >= 2 && DOUBLES.contains(word.substring(word.length() - 2))) {
            cut("b", "");
        } else if (r1 >= word.length() && endsInShortSyllable(word.length())) {
            word += "e";
        }
    }

    private boolean endsInShortSyllable(int end) {
        if (end < 2 || isVowel(end - 1) || !isVowel(end - 2)) {
            return false;
        }
        return end == 2 || (!isVowel(end - 3) && "wxY".indexOf(word.charAt(end - 1)) < 0);
    }

    private void finalY() {
        int last = word.length() - 1;
        if (last > 1 && "yY".indexOf(word.charAt(last)) >= 0 && !isVowel(last - 1)) {
            word = word.substring(0, last) + "i";
        }
    }

    /** Replaces the longest ending that fits, if it lies where it must. */
    private void replace(Map<String, String> rules) {
        for (Map.Entry<String, String> rule : rules.entrySet()) {
            String ending = rule.getKey();
            if (word.endsWith(ending)) {
                int stem = word.length() - ending.length();
                boolean inRegion = stem >= (rules == STEP_4 || ending.equals("ative") ? r2 : r1);
                if (inRegion && mayFollow(ending, stem == 0 ? ' ' : word.charAt(stem - 1))) {
                    cut(ending, rule.getValue());
                }
                return;
            }
        }
    }

    private static boolean mayFollow(String ending, char before) {
        return switch (ending) {
            case "ogi" -> before == 'l';
            case "li" -> BEFORE_LI.indexOf(before) >= 0;
            case "ion" -> before == 's' || before == 't';
            default -> true;
        };
    }

    private void finalEOrL() {
        int last = word.length() - 1;
        if (word.endsWith("e")) {
            if (last >= r2 || (last >= r1 && !endsInShortSyllable(last))) {
                cut("e", "");
            }
        } else if (word.endsWith("ll") && last >= r2) {
            cut("l", "");
        }
    }
}
