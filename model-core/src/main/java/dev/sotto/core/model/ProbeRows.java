package dev.sotto.core.model;

import dev.sotto.core.batch.Batch;
import dev.sotto.core.batch.ImageBatch;
import dev.sotto.core.batch.TokenBatch;
import dev.sotto.core.family.ImageArchitecture;
import dev.sotto.core.family.ImageInputs;
import dev.sotto.core.family.ModelSpec;
import dev.sotto.core.family.TextArchitecture;
import dev.sotto.core.family.TextInputs;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Made-up rows to try a model on. Their number is odd and none of a row's dimensions.
 *
 * @param count of all of them
 */
record ProbeRows(SeedModel seed, int count) {
    private static final int LONGEST = 7;
    private static final int[] COUNTS = {3, 5, 7, 11};

    static ProbeRows of(SeedModel seed) {
        List<Integer> shape = batch(seed, 1).rowShape();
        int count = IntStream.of(COUNTS)
                .filter(each -> !shape.contains(each))
                .findFirst()
                .orElseThrow();
        return new ProbeRows(seed, count);
    }

    Batch all() {
        return batch(seed, count);
    }

    Batch only(int row) {
        return all().only(row);
    }

    String words() {
        Batch all = all();
        return count + " rows of "
                + all.rowShape().stream().map(String::valueOf).collect(Collectors.joining(" x "))
                + (all instanceof TokenBatch ? " tokens" : " pixels");
    }

    private static Batch batch(SeedModel seed, int rows) {
        if (seed.architecture() instanceof TextArchitecture model) {
            return tokens(model.text(), seed.spec(), rows);
        }
        return images(((ImageArchitecture) seed.architecture()).images(), seed.spec(), rows);
    }

    private static Batch tokens(TextInputs range, ModelSpec spec, int rows) {
        int length = Math.min(LONGEST, range.maxLength());
        int[] ids = new int[rows * length];
        int[] mask = new int[ids.length];
        int[] types = new int[ids.length];
        List<Float> labels = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            var random = new Random(i);
            int end = Math.max(1, length - i);
            for (int j = 0; j < length; j++) {
                ids[i * length + j] = random.nextInt(range.vocabulary());
                mask[i * length + j] = j < end ? 1 : 0;
                types[i * length + j] = random.nextInt(Math.min(2, range.types()));
            }
            addLabels(labels, random, spec, length);
        }
        return new TokenBatch(rows, length, ids, mask, types, floats(labels));
    }

    private static Batch images(ImageInputs size, ModelSpec spec, int rows) {
        int pixels = size.channels() * size.height() * size.width();
        float[] values = new float[rows * pixels];
        List<Float> labels = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            var random = new Random(i);
            for (int j = 0; j < pixels; j++) {
                values[i * pixels + j] = (float) random.nextGaussian();
            }
            addLabels(labels, random, spec, 1);
        }
        return new ImageBatch(rows, size.channels(), size.height(), size.width(), values, floats(labels));
    }

    private static void addLabels(List<Float> labels, Random random, ModelSpec spec, int length) {
        switch (spec.task()) {
            case CLASSIFICATION, MASKED_PROMPT -> labels.add((float) random.nextInt(spec.outputs()));
            case REGRESSION -> labels.add((float) random.nextGaussian());
            case MULTI_LABEL ->
                IntStream.range(0, spec.outputs()).forEach(output -> labels.add((float) random.nextInt(2)));
            case TOKEN_CLASSIFICATION, CAUSAL_LM ->
                IntStream.range(0, length).forEach(token -> labels.add((float) random.nextInt(spec.outputs())));
        }
    }

    private static float[] floats(List<Float> values) {
        float[] floats = new float[values.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = values.get(i);
        }
        return floats;
    }
}
