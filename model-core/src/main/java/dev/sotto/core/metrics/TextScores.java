package dev.sotto.core.metrics;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All measures of texts against references, by their names, in the order in which they are told. */
public final class TextScores {
    private TextScores() {}

    /** What is measured; each NaN without texts. */
    public static Map<String, Double> of(List<Segment> segments) {
        Map<String, Double> scores = new LinkedHashMap<>();
        scores.put("bleu", Bleu.ofAnyCase(segments));
        scores.put("bleu_cased", Bleu.cased(segments));
        scores.put("nist", Nist.score(segments));
        scores.put("rouge_l", RougeL.score(segments));
        scores.put("cider", Cider.score(segments));
        scores.put("meteor_exact_stem", MeteorExactStem.score(segments));
        return scores;
    }
}
