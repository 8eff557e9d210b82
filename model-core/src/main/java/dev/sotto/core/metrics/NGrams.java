package dev.sotto.core.metrics;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs of n tokens and how often they occur. */
final class NGrams {
    private NGrams() {}

    /** Of one text, in the order of their first occurrence, so that sums over them are the same every time. */
    static Map<List<String>, Integer> count(List<String> tokens, int n) {
        Map<List<String>, Integer> counts = new LinkedHashMap<>();
        for (int from = 0; from + n <= tokens.size(); from++) {
            counts.merge(List.copyOf(tokens.subList(from, from + n)), 1, Integer::sum);
        }
        return counts;
    }

    /** How often each of the hypothesis's occurs in the reference that has most of it, but no oftener than in the hypothesis. */
    static Map<List<String>, Integer> matches(Segment.Tokens segment, int n) {
        Map<List<String>, Integer> most = new HashMap<>();
        segment.references()
                .forEach(text -> count(text, n).forEach((gram, times) -> most.merge(gram, times, Math::max)));
        Map<List<String>, Integer> matches = count(segment.hypothesis(), n);
        matches.replaceAll((gram, times) -> Math.min(times, most.getOrDefault(gram, 0)));
        return matches;
    }

    /** How many there are in a text of so many tokens. */
    static int in(int tokens, int n) {
        return Math.max(0, tokens - n + 1);
    }
}
