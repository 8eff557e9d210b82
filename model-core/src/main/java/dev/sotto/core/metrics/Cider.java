package dev.sotto.core.metrics;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * CIDEr: Vedantam, Zitnick and Parikh, "CIDEr: Consensus-based Image Description Evaluation", CVPR 2015 (arXiv:1411.5726), in the form
 * that captions and the E2E challenge are scored with (pycocoevalcap): unstemmed n-grams of 1 to 4 tokens weighed by how few texts'
 * references have them, clipped cosine similarity, a Gaussian of the difference in length with σ = 6, times ten. Lengths are counted
 * in pairs of tokens, as that scorer does.
 *
 * <p>It compares texts with one another: one text alone scores 0.
 */
public final class Cider {
    private static final int ORDERS = 4;
    private static final double SIGMA = 6;
    private static final double SCALE = 10;

    private final Map<List<String>, Integer> textsWith = new HashMap<>();
    private final double logTexts;

    private Cider(List<Segment.Tokens> segments) {
        logTexts = Math.log(segments.size());
        for (Segment.Tokens segment : segments) {
            Set<List<String>> grams = new HashSet<>();
            for (List<String> reference : segment.references()) {
                for (int n = 1; n <= ORDERS; n++) {
                    grams.addAll(NGrams.count(reference, n).keySet());
                }
            }
            grams.forEach(gram -> textsWith.merge(gram, 1, Integer::sum));
        }
    }

    /** In [0, 10]; NaN without texts. */
    public static double score(List<Segment> segments) {
        List<Segment.Tokens> all =
                segments.stream().map(each -> each.cut(CaptionTokens::of)).toList();
        var cider = new Cider(all);
        return SCALE * all.stream().mapToDouble(cider::similarity).average().orElse(Double.NaN);
    }

    private double similarity(Segment.Tokens segment) {
        double sum = 0;
        for (List<String> reference : segment.references()) {
            double difference = NGrams.in(segment.hypothesis().size(), 2) - NGrams.in(reference.size(), 2);
            double gaussian = Math.exp(-difference * difference / (2 * SIGMA * SIGMA));
            for (int n = 1; n <= ORDERS; n++) {
                sum += gaussian * cosine(weights(segment.hypothesis(), n), weights(reference, n));
            }
        }
        return sum / ORDERS / segment.references().size();
    }

    private Map<List<String>, Double> weights(List<String> tokens, int n) {
        Map<List<String>, Double> weights = new LinkedHashMap<>();
        NGrams.count(tokens, n)
                .forEach((gram, times) ->
                        weights.put(gram, times * (logTexts - Math.log(textsWith.getOrDefault(gram, 1)))));
        return weights;
    }

    private static double cosine(Map<List<String>, Double> text, Map<List<String>, Double> reference) {
        double product = 0;
        for (Map.Entry<List<String>, Double> each : text.entrySet()) {
            double other = reference.getOrDefault(each.getKey(), 0.0);
            product += Math.min(each.getValue(), other) * other;
        }
        double norms = norm(text) * norm(reference);
        return norms == 0 ? 0 : product / norms;
    }

    private static double norm(Map<List<String>, Double> weights) {
        return Math.sqrt(
                weights.values().stream().mapToDouble(each -> each * each).sum());
    }
}
