package dev.sotto.core.generate;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** See {@link Decoding.TopP}. */
final class Sampling {
    private final NextToken model;
    private final int endOfText;
    private final Decoding.TopP chance;
    private final Random random;

    Sampling(NextToken model, int endOfText, Decoding.TopP chance) {
        this.model = model;
        this.endOfText = endOfText;
        this.chance = chance;
        this.random = new Random(chance.seed());
    }

    int[] write(int[] prompt, int most) {
        int[] text = prompt;
        for (int i = 0; i < most; i++) {
            int token = draw(model.scores(List.of(text)));
            text = TextGenerator.longer(text, token);
            if (token == endOfText) {
                break;
            }
        }
        return text;
    }

    private int draw(float[] scores) {
        double[] probabilities = probabilities(scores);
        int[] likeliest = IntStream.range(0, scores.length)
                .boxed()
                .sorted((a, b) -> Double.compare(probabilities[b], probabilities[a]))
                .mapToInt(Integer::intValue)
                .toArray();
        int count = 0;
        double mass = 0;
        while (count < likeliest.length && mass < chance.p()) {
            mass += probabilities[likeliest[count++]];
        }
        double left = random.nextDouble() * mass;
        for (int i = 0; i < count - 1; i++) {
            left -= probabilities[likeliest[i]];
            if (left < 0) {
                return likeliest[i];
            }
        }
        return likeliest[count - 1];
    }

    private double[] probabilities(float[] scores) {
        double largest = IntStream.range(0, scores.length)
                .mapToDouble(i -> scores[i])
                .max()
                .orElseThrow();
        double[] probabilities = IntStream.range(0, scores.length)
                .mapToDouble(i -> Math.exp((scores[i] - largest) / chance.temperature()))
                .toArray();
        double sum = IntStream.range(0, probabilities.length)
                .mapToDouble(i -> probabilities[i])
                .sum();
        for (int i = 0; i < probabilities.length; i++) {
            probabilities[i] /= sum;
        }
        return probabilities;
    }
}
