package dev.sotto.job.predict;

import dev.sotto.core.batch.TokenBatch;
import dev.sotto.core.metrics.TokenLoss;
import java.util.LinkedHashMap;
import java.util.Map;

/** Of language models, of which the outputs are the losses of rows: means over the tokens that each was to say. */
final class LossTally implements Tally {

    private static final long serialVersionUID = 1L;

    private double losses;
    private long rows;
    private TokenLoss tokens = TokenLoss.NONE;

    @Override
    public void add(RowOutputs row) {
        float loss = row.outputs()[0];
        long said = 0;
        for (int token = 1; token < row.labels().length; token++) {
            said += row.labels()[token] == TokenBatch.NO_LABEL ? 0 : 1;
        }
        losses += loss;
        rows++;
        tokens = tokens.plus(new TokenLoss((double) loss * said, said));
    }

    @Override
    public Tally plus(Tally other) {
        var more = (LossTally) other;
        var sum = new LossTally();
        sum.losses = losses + more.losses;
        sum.rows = rows + more.rows;
        sum.tokens = tokens.plus(more.tokens);
        return sum;
    }

    /** The mean of the rows' losses, which is what is learned to be small, in nats a token; the perplexity of all tokens. */
    @Override
    public Map<String, Double> figures() {
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("loss", losses / rows);
        figures.put("perplexity", tokens.perplexity());
        return figures;
    }
}
