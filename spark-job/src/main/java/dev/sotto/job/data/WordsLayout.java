package dev.sotto.job.data;

import dev.sotto.core.batch.Batch;
import dev.sotto.core.batch.EncodedWords;
import dev.sotto.core.batch.TokenBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** Tokens with the word that each begins. A word's label is its first token's; the others have none. */
record WordsLayout(RowLayout.Tokens tokens) implements RowLayout {
    static final String WORDS = "words";

    @Override
    public List<Field> fields() {
        List<Field> fields = new ArrayList<>(tokens.fields());
        fields.add(RowLayout.list(WORDS, new ArrowType.Int(32, true)));
        return fields;
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
        var ofTokens = new float[rows.length * length];
        Arrays.fill(ofTokens, TokenBatch.NO_LABEL);
        for (int i = 0; i < rows.length; i++) {
            int[] begun = Tokens.ints(root, WORDS, rows[i]);
            for (int token = 0; token < begun.length; token++) {
                if (begun[token] != EncodedWords.NO_WORD) {
                    ofTokens[i * length + token] = labels[i][begun[token]];
                }
            }
        }
        return tokens.batch(root, rows, ofTokens, length);
    }
}
