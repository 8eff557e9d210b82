package dev.sotto.core.metrics;

import java.util.Comparator;
import java.util.List;

/**
 * BLEU-4 of a whole set of texts: Papineni et al., "BLEU: a Method for Automatic Evaluation of Machine Translation", ACL 2002. The
 * reference nearest in length counts for the brevity penalty, of two the shorter; an order of n-grams without a match counts as 1/2,
 * the next as 1/4 of a match and so on (mteval-v13a's smoothing); without any match at all it is 0.
 */
public final class Bleu {
    private static final int ORDERS = 4;

    private Bleu() {}

    /** Small and capital letters alike, as mteval-v13a and the E2E challenge count: in [0, 1]; NaN without texts. */
    public static double ofAnyCase(List<Segment> segments) {
        return score(segments.stream()
                .map(each -> each.cut(MtEvalTokens::lowerCased))
                .toList());
    }

    /** Small and capital letters apart, as sacreBLEU counts by default, but in [0, 1]; NaN without texts. */
    public static double cased(List<Segment> segments) {
        return score(
                segments.stream().map(each -> each.cut(MtEvalTokens::cased)).toList());
    }

    private static double score(List<Segment.Tokens> segments) {
        if (segments.isEmpty()) {
            return Double.NaN;
        }
        long[] matched = new long[ORDERS];
        long[] written = new long[ORDERS];
        long nearest = 0;
        for (Segment.Tokens segment : segments) {
            int length = segment.hypothesis().size();
            nearest += nearest(segment, length);
            for (int n = 1; n <= ORDERS; n++) {
                written[n - 1] += NGrams.in(length, n);
                matched[n - 1] += NGrams.matches(segment, n).values().stream()
                        .mapToLong(Integer::longValue)
                        .sum();
            }
        }
        return brevityPenalty(written[0], nearest) * precision(matched, written);
    }

    private static int nearest(Segment.Tokens segment, int length) {
        return segment.references().stream()
                .map(List::size)
                .min(Comparator.<Integer>comparingInt(size -> Math.abs(size - length))
                        .thenComparing(Comparator.naturalOrder()))
                .orElseThrow();
    }

    private static double brevityPenalty(long written, long nearest) {
        return written == 0 ? 0 : Math.exp(Math.min(0, 1 - (double) nearest / written));
    }

    private static double precision(long[] matched, long[] written) {
        if (matched[0] == 0 || written[ORDERS - 1] == 0) {
            return 0;
        }
        double logarithms = 0;
        double smoothed = 1;
        for (int n = 0; n < ORDERS; n++) {
            smoothed = matched[n] == 0 ? smoothed / 2 : smoothed;
            logarithms += Math.log((matched[n] == 0 ? smoothed : matched[n]) / written[n]);
        }
        return Math.exp(logarithms / ORDERS);
    }
}
