package dev.sotto.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sotto.core.batch.Batch;
import dev.sotto.core.batch.TokenBatch;
import dev.sotto.core.engine.DeviceMemoryException;
import java.util.Arrays;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

/** Made-up machines, whose rounding depends on the size of the batch, the place in it, or the company, as is asked. */
class EqualBitsTest {
    private static final Batch LIKE = new TokenBatch(1, 7, new int[7], new int[7], new int[7], new float[1]);

    /** One number a row: its own first token, moved a little in batches that round otherwise. */
    private static EqualBits machine(IntPredicate sizesThatRoundOtherwise) {
        return new EqualBits(batch -> {
            var tokens = (TokenBatch) batch;
            var gradients = new float[tokens.rows()];
            for (int row = 0; row < gradients.length; row++) {
                gradients[row] =
                        tokens.ids()[row * tokens.length()] + (sizesThatRoundOtherwise.test(tokens.rows()) ? 1e-3f : 0);
            }
            return gradients;
        });
    }

    @Test
    void sizes_areTheSmallestThatHoldAllThatWait() {
        EqualBits machine = machine(size -> false);

        assertThat(machine.rowsTogether(LIKE, 1, 64)).isEqualTo(4);
        assertThat(machine.rowsTogether(LIKE, 5, 64)).isEqualTo(5);
        assertThat(machine.rowsTogether(LIKE, 13, 64)).isEqualTo(14);
        assertThat(machine.rowsTogether(LIKE, 13, 13)).isEqualTo(12);
        assertThat(machine.rowsTogether(LIKE, 500, 64)).isEqualTo(64);
        assertThat(machine.rowsTogether(LIKE, 500, 63)).isEqualTo(56);
    }

    @Test
    void limitBelowTheSmallestSize_meansOneAtATime() {
        assertThat(machine(size -> false).rowsTogether(LIKE, 10, 3)).isEqualTo(1);
    }

    @Test
    void sizeThatRoundsOtherwise_isNotUsed() {
        EqualBits machine = machine(size -> size > 12);

        assertThat(machine.rowsTogether(LIKE, 500, 64)).isEqualTo(12);
        assertThat(machine.rowsTogether(LIKE, 14, 64)).isEqualTo(12);
    }

    @Test
    void sizeThatDoesNotFit_isNotUsed_andTheSmallestIsNotReplaced() {
        var machine = new EqualBits(batch -> {
            if (batch.rows() > 12) {
                throw new DeviceMemoryException(new IllegalStateException("out of memory"));
            }
            return new float[batch.rows()];
        });

        assertThat(machine.rowsTogether(LIKE, 500, 64)).isEqualTo(12);
        assertThat(machine.tooLarge(LIKE, 12)).isTrue(); // others took memory meanwhile
        assertThat(machine.rowsTogether(LIKE, 500, 64)).isEqualTo(10);
        assertThat(machine.tooLarge(LIKE, 4)).isFalse();
    }

    @Test
    void smallestSizeThatDoesNotFit_isAnError_notAnotherWayToCompute() {
        var machine = new EqualBits(batch -> {
            throw new DeviceMemoryException(new IllegalStateException("out of memory"));
        });

        assertThatThrownBy(() -> machine.rowsTogether(LIKE, 500, 64))
                .isInstanceOf(DeviceMemoryException.class)
                .hasMessageContaining("--microbatch-rows 1");
        assertThat(machine.rowsTogether(LIKE, 500, 1)).isEqualTo(1);
    }

    @Test
    void placesThatRoundDifferently_meanOneAtATime() {
        var machine = new EqualBits(batch -> {
            var gradients = new float[batch.rows()];
            gradients[batch.rows() - 1] = 1e-3f;
            return gradients;
        });

        assertThat(machine.rowsTogether(LIKE, 10, 64)).isEqualTo(1);
    }

    @Test
    void rowsThatMix_meanOneAtATime() {
        var machine = new EqualBits(batch -> {
            var gradients = new float[batch.rows()];
            float sum = 0;
            for (int id : ((TokenBatch) batch).ids()) {
                sum += id;
            }
            Arrays.fill(gradients, sum);
            return gradients;
        });

        assertThat(machine.rowsTogether(LIKE, 10, 64)).isEqualTo(1);
    }
}
