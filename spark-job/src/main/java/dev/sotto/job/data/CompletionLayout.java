package dev.sotto.job.data;

import dev.sotto.core.batch.Batch;
import dev.sotto.core.batch.TokenBatch;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;

/** Prompts in segment 0 with their completions in segment 1, whose tokens are what is to be said. */
record CompletionLayout(RowLayout.Tokens tokens) implements RowLayout {

    @Override
    public List<Field> fields() {
        return tokens.fields();
    }

    @Override
    public int length(VectorSchemaRoot root, int row) {
        return tokens.length(root, row);
    }

    @Override
    public int longest() {
        return tokens.longest();
    }

    @Override
    public Batch batch(VectorSchemaRoot root, int[] rows, float[][] labels, int length) {
        return TokenBatch.ofCompletions(tokens.batch(root, rows, labels, length));
    }
}
