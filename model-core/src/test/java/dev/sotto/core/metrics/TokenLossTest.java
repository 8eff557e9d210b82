package dev.sotto.core.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class TokenLossTest {

    @Test
    void perplexity_countsEachTokenAlikeWhereverTextsAreCut() {
        // Three tokens of probability 1/2 and one of 1/8 are as one of 8 to the power 1/4 times 2 to the power 3/4.
        TokenLoss all = new TokenLoss(3 * Math.log(2), 3).plus(new TokenLoss(Math.log(8), 1));
        assertThat(all.tokens()).isEqualTo(4);
        assertThat(all.perplexity()).isCloseTo(Math.pow(64, 0.25), Offset.offset(1e-12));
        assertThat(TokenLoss.NONE.perplexity()).isNaN();
    }
}
