package dev.sotto.core.pass;

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
        return new EqualBits(false, batch -> {
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
    void sizes_holdWhatWaits_orMostOfIt() {
        EqualBits machine = machine(size -> false);

        assertThat(machine.rowsTogether(LIKE, 1, 64)).isEqualTo(1);
        assertThat(machine.rowsTogether(LIKE, 5, 64)).isEqualTo(4);
        assertThat(machine.rowsTogether(LIKE, 7, 64)).isEqualTo(8);
        assertThat(machine.rowsTogether(LIKE, 13, 64)).isEqualTo(12);
        assertThat(machine.rowsTogether(LIKE, 15, 64)).isEqualTo(16);
        assertThat(machine.rowsTogether(LIKE, 15, 15)).isEqualTo(12);
        assertThat(machine.rowsTogether(LIKE, 500, 64)).isEqualTo(64);
        assertThat(machine.rowsTogether(LIKE, 500, 63)).isEqualTo(48);
    }

    @Test
    void passes_areFilledUpByAnEighthAtMost() {
        EqualBits machine = machine(size -> false);
        for (int rows = 1; rows <= 200; rows++) {
            int computed = 0;
            int waiting = rows;
            while (waiting > 0) {
                int together = machine.rowsTogether(LIKE, waiting, 64);
                computed += together;
                waiting -= together;
            }
            assertThat(computed - rows).isLessThanOrEqualTo(computed / 8);
        }
    }

    @Test
    void whereFewRowsRoundOtherwise_passesAreFilledUpToThoseThatDoNot() {
        EqualBits machine = machine(size -> size < 3);

        assertThat(machine.rowsTogether(LIKE, 1, 64)).isEqualTo(3);
        assertThat(machine.rowsTogether(LIKE, 5, 64)).isEqualTo(6);
        assertThat(machine.rowsTogether(LIKE, 9, 64)).isEqualTo(8);
    }

    @Test
    void tinyModel_isComputedARowAtATime() {
        var tiny = new EqualBits(true, batch -> new float[batch.rows()]);
        assertThat(tiny.rowsTogether(LIKE, 10, 64)).isEqualTo(1);
    }

    @Test
    void limitBelowTheReference_meansOneAtATime() {
        assertThat(machine(size -> false).rowsTogether(LIKE, 10, 3)).isEqualTo(1);
    }

    @Test
    void sizeThatRoundsOtherwise_isNotUsed() {
        EqualBits machine = machine(size -> size > 12);

        assertThat(machine.rowsTogether(LIKE, 500, 64)).isEqualTo(12);
        assertThat(machine.rowsTogether(LIKE, 14, 64)).isEqualTo(12);
    }

    @Test
    void sizeThatDoesNotFit_isNotUsed_andTheReferenceIsNotReplaced() {
        var machine = new EqualBits(false, batch -> {
            if (batch.rows() > 12) {
                throw new DeviceMemoryException(new IllegalStateException("out of memory"));
            }
            return new float[batch.rows()];
        });

        assertThat(machine.rowsTogether(LIKE, 500, 64)).isEqualTo(12);
        assertThat(machine.tooLarge(LIKE, 12)).isTrue(); // others took memory meanwhile
        assertThat(machine.rowsTogether(LIKE, 500, 64)).isEqualTo(8);
        assertThat(machine.tooLarge(LIKE, 4)).isFalse();
    }

    @Test
    void referenceThatDoesNotFit_isAnError_notAnotherWayToCompute() {
        var machine = new EqualBits(false, batch -> {
            throw new DeviceMemoryException(new IllegalStateException("out of memory"));
        });

        assertThatThrownBy(() -> machine.rowsTogether(LIKE, 500, 64))
                .isInstanceOf(DeviceMemoryException.class)
                .hasMessageContaining("--microbatch-rows 1");
        assertThat(machine.rowsTogether(LIKE, 500, 1)).isEqualTo(1);
    }

    @Test
    void placesThatRoundDifferently_meanOneAtATime() {
        var machine = new EqualBits(false, batch -> {
            var gradients = new float[batch.rows()];
            gradients[batch.rows() - 1] = 1e-3f;
            return gradients;
        });

        assertThat(machine.rowsTogether(LIKE, 10, 64)).isEqualTo(1);
    }

    /** As where a block of a matrix ends in the middle of a pass. */
    @Test
    void anyPlaceThatRoundsDifferently_isFound() {
        for (int place = 0; place < 16; place++) {
            int odd = place;
            var machine = new EqualBits(false, batch -> {
                var gradients = new float[batch.rows()];
                if (batch.rows() == 16) {
                    gradients[odd] = 1e-3f;
                }
                return gradients;
            });

            assertThat(machine.rowsTogether(LIKE, 16, 16)).as("place " + place).isEqualTo(12);
        }
    }

    /** The last tokens of a pass are at the end of a matrix, where kernels differ: that would not show in padding. */
    @Test
    void anyTokenThatRoundsDifferently_isFound() {
        for (int token = 0; token < LIKE.rowShape().get(0); token++) {
            int odd = token;
            var machine = new EqualBits(false, batch -> {
                var tokens = (TokenBatch) batch;
                var gradients = new float[batch.rows()];
                int last = batch.rows() - 1;
                gradients[last] = 1e-3f * tokens.mask()[last * tokens.length() + odd];
                return gradients;
            });

            assertThat(machine.rowsTogether(LIKE, 10, 64)).as("token " + token).isEqualTo(1);
        }
    }

    @Test
    void rowsThatMix_meanOneAtATime() {
        var machine = new EqualBits(false, batch -> {
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
