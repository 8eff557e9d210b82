package dev.sotto.core.metrics;

import java.util.List;

/**
 * ROUGE-L: Lin, "ROUGE: A Package for Automatic Evaluation of Summaries", 2004, with β = 1.2 as captions and the E2E challenge are
 * scored: the longest common subsequence as a share of the text and of a reference; the best share over the references of each kind;
 * the mean over the texts.
 */
public final class RougeL {
    private static final double BETA_SQUARED = 1.2 * 1.2;

    private RougeL() {}

    /** In [0, 1]; NaN without texts. */
    public static double score(List<Segment> segments) {
        return segments.stream()
                .mapToDouble(each -> score(each.cut(CaptionTokens::of)))
                .average()
                .orElse(Double.NaN);
    }

    private static double score(Segment.Tokens segment) {
        double precision = 0;
        double recall = 0;
        for (List<String> reference : segment.references()) {
            double common = longestCommonSubsequence(segment.hypothesis(), reference);
            if (common > 0) {
                precision = Math.max(precision, common / segment.hypothesis().size());
                recall = Math.max(recall, common / reference.size());
            }
        }
        return precision == 0 ? 0 : (1 + BETA_SQUARED) * precision * recall / (recall + BETA_SQUARED * precision);
    }

    private static int longestCommonSubsequence(List<String> a, List<String> b) {
        int[] before = new int[b.size() + 1];
        for (String token : a) {
            int[] now = new int[b.size() + 1];
            for (int j = 1; j <= b.size(); j++) {
                now[j] = token.equals(b.get(j - 1)) ? before[j - 1] + 1 : Math.max(before[j], now[j - 1]);
            }
            before = now;
        }
        return before[b.size()];
    }
}
