package dev.sotto.job.data;

import dev.sotto.core.batch.EncodedWords;
import dev.sotto.core.batch.TokenizerFiles;
import dev.sotto.core.batch.WordEncoder;
import java.util.List;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** A list of words a row, for models that label each. */
record WordsEncoding(TokenizerFiles files) implements RowEncoding {

    @Override
    public RowLayout layout() {
        return new WordsLayout(new RowLayout.Tokens(files.padId(), files.maxLength(), false));
    }

    @Override
    public Writer open(VectorSchemaRoot root) {
        return new WordsWriter(
                WordEncoder.open(files), new TokenLists(root, false), (ListVector) root.getVector(WordsLayout.WORDS));
    }

    private record WordsWriter(WordEncoder encoder, TokenLists tokens, ListVector words) implements Writer {

        @Override
        public boolean write(Row row, int index) {
            List<@Nullable String> given = TextList.of(row, Table.TEXT);
            EncodedWords encoded = given == null || given.isEmpty() || given.contains(null)
                    ? null
                    : RowEncoding.unlessItFails(() -> encoder.encode(given));
            tokens.write(encoded == null ? null : encoded.text(), index);
            writeWords(encoded == null ? new int[0] : encoded.begun(), index);
            return encoded != null;
        }

        private void writeWords(int[] begun, int index) {
            var values = (IntVector) words.getDataVector();
            int first = words.startNewValue(index);
            for (int i = 0; i < begun.length; i++) {
                values.setSafe(first + i, begun[i]);
            }
            words.endValue(index, begun.length);
        }

        @Override
        public void close() {
            encoder.close();
        }
    }
}
