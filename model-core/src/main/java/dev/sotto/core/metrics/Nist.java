package dev.sotto.core.metrics;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * NIST-5 of a whole set of texts: Doddington, "Automatic Evaluation of Machine Translation Quality Using N-gram Co-Occurrence
 * Statistics", HLT 2002. Each matched n-gram counts by its information in bits: how much rarer it is among all references than its
 * first n - 1 tokens. Small and capital letters count alike.
 *
 * <p>Where texts have different numbers of references, the length that a text should have is the mean of its own references'.
 */
public final class Nist {
    private static final int ORDERS = 5;

    /** Two thirds of the length halve the score: β = ln 2 / (ln 1.5)². */
    private static final double BETA = Math.log(2) / (Math.log(1.5) * Math.log(1.5));

    private Nist() {}

    /** In bits a token, &gt;= 0 without upper bound; NaN without texts. */
    public static double score(List<Segment> segments) {
        List<Segment.Tokens> all = segments.stream()
                .map(each -> each.cut(MtEvalTokens::lowerCased))
                .toList();
        List<Map<List<String>, Integer>> references = references(all);
        double score = 0;
        for (int n = 1; n <= ORDERS; n++) {
            double bits = 0;
            long written = 0;
            for (Segment.Tokens segment : all) {
                written += NGrams.in(segment.hypothesis().size(), n);
                for (Map.Entry<List<String>, Integer> match :
                        NGrams.matches(segment, n).entrySet()) {
                    bits += match.getValue() == 0 ? 0 : match.getValue() * bits(match.getKey(), references);
                }
            }
            score += bits / Math.max(1, written);
        }
        return score * lengthPenalty(all);
    }

    /** How often each run of n tokens, at index n, occurs in all references; the empty one as often as there are tokens. */
    private static List<Map<List<String>, Integer>> references(List<Segment.Tokens> all) {
        List<Map<List<String>, Integer>> counts = new ArrayList<>();
        for (int n = 0; n <= ORDERS; n++) {
            Map<List<String>, Integer> ofLength = new HashMap<>();
            for (Segment.Tokens segment : all) {
                for (List<String> text : segment.references()) {
                    if (n == 0) {
                        ofLength.merge(List.of(), text.size(), Integer::sum);
                    } else {
                        NGrams.count(text, n).forEach((gram, times) -> ofLength.merge(gram, times, Integer::sum));
                    }
                }
            }
            counts.add(ofLength);
        }
        return counts;
    }

    private static double bits(List<String> gram, List<Map<List<String>, Integer>> references) {
        int n = gram.size();
        double before = references.get(n - 1).getOrDefault(gram.subList(0, n - 1), 0);
        return Math.log(before / references.get(n).getOrDefault(gram, 0)) / Math.log(2);
    }

    private static double lengthPenalty(List<Segment.Tokens> all) {
        double written =
                all.stream().mapToInt(segment -> segment.hypothesis().size()).sum();
        double wanted = all.stream()
                .mapToDouble(segment -> segment.references().stream()
                        .mapToInt(List::size)
                        .average()
                        .orElseThrow())
                .sum();
        double logarithm = Math.log(Math.min(1, written / wanted));
        return Math.exp(-BETA * logarithm * logarithm);
    }
}
