package dev.sotto.core.generate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** See {@link Decoding.Beam}. */
final class BeamSearch {
    private final NextToken model;
    private final int endOfText;
    private final Decoding.Beam beam;

    BeamSearch(NextToken model, int endOfText, Decoding.Beam beam) {
        this.model = model;
        this.endOfText = endOfText;
        this.beam = beam;
    }

    /** A text and the log probability of what was written of it. */
    private static final class Hypothesis {
        private final int[] text;
        private final double logProbability;

        Hypothesis(int[] text, double logProbability) {
            this.text = text;
            this.logProbability = logProbability;
        }

        boolean endsWith(int token) {
            return text[text.length - 1] == token;
        }

        double score(int promptLength, double lengthPenalty) {
            return logProbability / Math.pow(text.length - promptLength, lengthPenalty);
        }
    }

    int[] write(int[] prompt, int most) {
        List<Hypothesis> open = List.of(new Hypothesis(prompt, 0));
        List<Hypothesis> ended = new ArrayList<>();
        Comparator<Hypothesis> byScore =
                Comparator.comparingDouble(each -> -each.score(prompt.length, beam.lengthPenalty()));
        for (int i = 0; i < most; i++) {
            List<Hypothesis> candidates = candidates(open);
            List<Hypothesis> next = new ArrayList<>();
            for (int rank = 0; rank < candidates.size() && next.size() < beam.width(); rank++) {
                Hypothesis candidate = candidates.get(rank);
                if (!candidate.endsWith(endOfText)) {
                    next.add(candidate);
                } else if (rank < beam.width()) { // an end that is not among the likeliest is no end
                    ended.add(candidate);
                }
            }
            ended.sort(byScore);
            ended.subList(Math.min(ended.size(), beam.width()), ended.size()).clear();
            open = next;
            if (ended.size() == beam.width()
                    && open.get(0).score(prompt.length, beam.lengthPenalty())
                            <= ended.get(beam.width() - 1).score(prompt.length, beam.lengthPenalty())) {
                return ended.get(0).text;
            }
        }
        ended.addAll(open);
        ended.sort(byScore);
        return ended.get(0).text;
    }

    /** The likeliest texts that are one token longer: two for each that is followed, so that ends leave enough others. */
    private List<Hypothesis> candidates(List<Hypothesis> open) {
        float[] scores = model.scores(open.stream().map(each -> each.text).toList());
        int vocabulary = scores.length / open.size();
        List<Step> steps = new ArrayList<>();
        for (int row = 0; row < open.size(); row++) {
            double before = open.get(row).logProbability - logSumExp(scores, row * vocabulary, vocabulary);
            for (int token = 0; token < vocabulary; token++) {
                steps.add(new Step(open.get(row), token, before + scores[row * vocabulary + token]));
            }
        }
        steps.sort(Comparator.comparingDouble(step -> -step.logProbability()));
        return steps.stream().limit(2L * beam.width()).map(Step::taken).toList();
    }

    private record Step(Hypothesis from, int token, double logProbability) {
        Hypothesis taken() {
            return new Hypothesis(TextGenerator.longer(from.text, token), logProbability);
        }
    }

    private static double logSumExp(float[] scores, int begin, int count) {
        double largest = Double.NEGATIVE_INFINITY;
        for (int i = begin; i < begin + count; i++) {
            largest = Math.max(largest, scores[i]);
        }
        double sum = 0;
        for (int i = begin; i < begin + count; i++) {
            sum += Math.exp(scores[i] - largest);
        }
        return largest + Math.log(sum);
    }
}
