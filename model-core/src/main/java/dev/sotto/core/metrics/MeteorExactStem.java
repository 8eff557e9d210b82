package dev.sotto.core.metrics;

import java.util.Comparator;
import java.util.List;

/**
 * METEOR 1.5 (Denkowski and Lavie, "Meteor Universal: Language Specific Translation Evaluation for Any Target Language", WMT 2014) for
 * English with its stages <em>exact</em> and <em>stem</em> alone, and with function words weighing as much as others: what its program
 * gives with {@code -m "exact stem" -w "1.0 0.6" -p "0.85 0.2 0.6 0.5"}.
 *
 * <p>This is not the METEOR of papers, whose program also looks up synonyms and a table of paraphrases and weighs words of a list
 * less. The two cannot be compared.
 */
public final class MeteorExactStem {
    private static final double ALPHA = 0.85; // recall's weight against precision's
    private static final double BETA = 0.2; // how the penalty grows with fragmentation
    private static final double GAMMA = 0.6; // the largest penalty
    private static final double STEM = 0.6; // what a word of equal stem counts of an equal word

    private MeteorExactStem() {}

    /** Of all texts together, each against the reference that it does best on; in [0, 1]; NaN without texts. */
    public static double score(List<Segment> segments) {
        return segments.stream()
                .map(MeteorExactStem::best)
                .reduce((a, b) -> new MeteorAlignment(
                        a.text() + b.text(),
                        a.reference() + b.reference(),
                        a.exact() + b.exact(),
                        a.stems() + b.stems(),
                        a.chunks() + b.chunks()))
                .map(MeteorExactStem::score)
                .orElse(Double.NaN);
    }

    private static MeteorAlignment best(Segment segment) {
        Segment.Tokens tokens = segment.cut(MeteorTokens::of);
        return tokens.references().stream()
                .map(reference -> MeteorAlignment.of(tokens.hypothesis(), reference))
                .sorted(Comparator.comparingDouble(alignment -> -score(alignment)))
                .findFirst()
                .orElseThrow();
    }

    private static double score(MeteorAlignment alignment) {
        int matched = alignment.exact() + alignment.stems();
        if (matched == 0) {
            return 0;
        }
        double weighed = alignment.exact() + STEM * alignment.stems();
        double precision = weighed / alignment.text();
        double recall = weighed / alignment.reference();
        double mean = 1 / ((1 - ALPHA) / precision + ALPHA / recall);
        boolean whole = matched == alignment.text() && matched == alignment.reference() && alignment.chunks() == 1;
        double fragmentation = whole ? 0 : (double) alignment.chunks() / matched;
        return mean * (1 - GAMMA * Math.pow(fragmentation, BETA));
    }
}
