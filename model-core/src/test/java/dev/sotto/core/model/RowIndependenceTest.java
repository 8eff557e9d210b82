package dev.sotto.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.core.batch.TokenBatch;
import dev.sotto.core.family.ModelSpec;
import dev.sotto.core.family.Task;
import dev.sotto.core.method.Trained;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one row gives must not depend on the company it is in: the privacy of a sum rests on it. */
class RowIndependenceTest {
    private static TrainableModel bert;
    private static TrainableModel roberta;

    @BeforeAll
    static void load() {
        bert = TrainableModel.load(
                Reference.of("bert_cls").folder(), new ModelSpec(Task.CLASSIFICATION, 2, Trained.BIASES_AND_HEAD));
        roberta = TrainableModel.load(
                Reference.of("roberta_cls").folder(), new ModelSpec(Task.CLASSIFICATION, 3, Trained.BIASES_AND_HEAD));
    }

    @AfterAll
    static void close() {
        bert.close();
        roberta.close();
    }

    private static TrainableModel model(String name) {
        return name.equals("bert_cls") ? bert : roberta;
    }

    @ParameterizedTest
    @ValueSource(strings = {"bert_cls", "roberta_cls"})
    void gradient_isTheSameAlonePaddedAndInABatch(String name) {
        TokenBatch batch = Reference.of(name).batch();
        float[] together = model(name).gradients(batch, model(name).initial());
        double rounding = Rounding.tolerance(model(name).seed(), batch);
        int pad = name.equals("bert_cls") ? 0 : 1;
        for (int row = 0; row < batch.rows(); row++) {
            int tokens = Arrays.stream(row(batch.mask(), batch, row)).sum();
            for (int length : new int[] {tokens, tokens + 7}) {
                TokenBatch alone = resized(batch, row, length, pad);
                float[] gradient = model(name).gradients(alone, model(name).initial());
                Close.assertRelative(gradient, Close.row(together, row, batch.rows()), rounding);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bert_cls", "roberta_cls"})
    void rowThatTheModelCannotTake_isNaN_andLeavesTheOthersAlone(String name) {
        TokenBatch good = Reference.of(name).batch();
        float[] expected = model(name).gradients(good, model(name).initial());
        int[] ids = good.ids().clone();
        ids[2 * good.length()] = 1_000_000;
        float[] labels = good.labels().clone();
        labels[4] = 99;
        var bad = new TokenBatch(good.rows(), good.length(), ids, good.mask(), good.typeIds(), labels);
        float[] gradients = model(name).gradients(bad, model(name).initial());
        for (int row = 0; row < good.rows(); row++) {
            float[] gradient = Close.row(gradients, row, good.rows());
            if (row == 2 || row == 4) {
                assertThat(gradient).containsOnly(Float.NaN);
            } else {
                assertThat(gradient).isEqualTo(Close.row(expected, row, good.rows()));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bert_cls", "roberta_cls"})
    void twoThreads_giveTheSameBitsAsOne(String name) throws ExecutionException, InterruptedException {
        TokenBatch batch = Reference.of(name).batch();
        float[] expected = model(name).gradients(batch, model(name).initial());
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<Future<float[]>> results = IntStream.range(0, 20)
                    .mapToObj(i -> threads.submit(
                            () -> model(name).gradients(batch, model(name).initial())))
                    .toList();
            for (Future<float[]> result : results) {
                assertThat(result.get()).isEqualTo(expected);
            }
        } finally {
            threads.shutdown();
        }
    }

    private static int[] row(int[] all, TokenBatch batch, int row) {
        return Arrays.copyOfRange(all, row * batch.length(), (row + 1) * batch.length());
    }

    /** One row by itself, cut or padded to a length. */
    private static TokenBatch resized(TokenBatch batch, int row, int length, int pad) {
        int[] ids = Arrays.copyOf(row(batch.ids(), batch, row), length);
        int[] mask = Arrays.copyOf(row(batch.mask(), batch, row), length);
        for (int i = 0; i < length; i++) {
            ids[i] = mask[i] == 1 ? ids[i] : pad;
        }
        int[] types = Arrays.copyOf(row(batch.typeIds(), batch, row), length);
        return new TokenBatch(1, length, ids, mask, types, new float[] {batch.labels()[row]});
    }
}
