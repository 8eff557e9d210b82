package dev.sotto.core.metrics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Which words of a text stand for which of a reference: equal words, or words of one stem. Each word stands for at most one. Most equal
 * words win, then fewest chunks (runs that are in the same order in both), then the shortest way between the places,
 * where an alignment bears the ways of those that it was passed over for, as in METEOR's program. Words that fit one another and nothing
 * else are always aligned.
 *
 * @param text words of the text
 * @param reference words of the reference
 * @param exact words aligned with equal ones
 * @param stems words aligned by their stems alone
 * @param chunks runs that they make
 */
record MeteorAlignment(int text, int reference, int exact, int stems, int chunks) {

    /** How many alignments are followed at once. */
    private static final int BEAM = 40;

    private static final int NONE = -1;

    static MeteorAlignment of(List<String> text, List<String> reference) {
        int[][] candidates = candidates(text, reference);
        int[] fixed = fixed(candidates, text.size());
        List<Path> paths = List.of(Path.start(text.size(), fixed));
        for (int place = 0; place < reference.size(); place++) {
            List<Path> next = new ArrayList<>();
            for (Path path : likeliest(paths)) {
                if (fixed[place] != NONE) {
                    next.add(path.with(place, fixed[place], text, reference).farther(Math.abs(place - fixed[place])));
                    continue;
                }
                int passedOver = 0;
                for (int word : candidates[place]) {
                    if (!path.used[word]) {
                        next.add(path.with(place, word, text, reference).farther(passedOver));
                        passedOver += Math.abs(place - word);
                    }
                }
                next.add(path.without().farther(passedOver));
            }
            paths = next;
        }
        Path best = likeliest(paths.stream().map(Path::without).toList()).get(0);
        return new MeteorAlignment(text.size(), reference.size(), best.exact, best.matched - best.exact, best.chunks);
    }

    /** Words of the text for each place of the reference, equal ones first; equal texts need no others. */
    private static int[][] candidates(List<String> text, List<String> reference) {
        boolean equal = text.equals(reference);
        List<String> stems = text.stream().map(EnglishStemmer::stem).toList();
        int[][] candidates = new int[reference.size()][];
        for (int place = 0; place < candidates.length; place++) {
            String word = reference.get(place);
            String stem = EnglishStemmer.stem(word);
            List<Integer> fitting = new ArrayList<>();
            for (int i = 0; i < text.size(); i++) {
                if (text.get(i).equals(word)) {
                    fitting.add(i);
                }
            }
            for (int i = 0; i < text.size() && !equal; i++) {
                if (stems.get(i).equals(stem) && !text.get(i).equals(word)) {
                    fitting.add(i);
                }
            }
            candidates[place] = fitting.stream().mapToInt(Integer::intValue).toArray();
        }
        return candidates;
    }

    private static int[] fixed(int[][] candidates, int words) {
        int[] places = new int[words];
        for (int[] each : candidates) {
            for (int word : each) {
                places[word]++;
            }
        }
        return Arrays.stream(candidates)
                .mapToInt(each -> each.length == 1 && places[each[0]] == 1 ? each[0] : NONE)
                .toArray();
    }

    private static List<Path> likeliest(List<Path> paths) {
        return paths.stream()
                .sorted(Comparator.<Path>comparingInt(path -> -path.exact)
                        .thenComparingInt(path -> path.chunks)
                        .thenComparingInt(path -> path.distance))
                .limit(BEAM)
                .toList();
    }

    /** An alignment of the reference's first places. */
    private static final class Path {
        private final boolean[] used; // [words of the text]
        private final int exact;
        private final int matched;
        private final int chunks; // that have ended
        private final int expected; // the word that would continue the chunk; NONE outside of chunks
        private final int distance;

        private Path(boolean[] used, int exact, int matched, int chunks, int expected, int distance) {
            this.used = used;
            this.exact = exact;
            this.matched = matched;
            this.chunks = chunks;
            this.expected = expected;
            this.distance = distance;
        }

        static Path start(int words, int[] fixed) {
            boolean[] used = new boolean[words];
            Arrays.stream(fixed).filter(word -> word != NONE).forEach(word -> used[word] = true);
            return new Path(used, 0, 0, 0, NONE, 0);
        }

        Path with(int place, int word, List<String> text, List<String> reference) {
            boolean[] usedNow = used.clone();
            usedNow[word] = true;
            return new Path(
                    usedNow,
                    exact + (text.get(word).equals(reference.get(place)) ? 1 : 0),
                    matched + 1,
                    chunks + (expected != NONE && expected != word ? 1 : 0),
                    word + 1,
                    distance);
        }

        Path farther(int way) {
            return new Path(used, exact, matched, chunks, expected, distance + way);
        }

        Path without() {
            return new Path(used, exact, matched, chunks + (expected == NONE ? 0 : 1), NONE, distance);
        }
    }
}
