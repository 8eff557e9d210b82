package dev.sotto.job.data;

import dev.sotto.core.batch.CompletionEncoder;
import dev.sotto.core.batch.CompletionFiles;
import dev.sotto.core.batch.EncodedText;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** A prompt with the text that is to follow it, which stands in the label column. */
record CompletionEncoding(CompletionFiles files) implements RowEncoding {

    @Override
    public RowLayout layout() {
        return new CompletionLayout(new RowLayout.Tokens(files.tokenizer().padId(), files.maxLength(), true));
    }

    @Override
    public Writer open(VectorSchemaRoot root) {
        return new CompletionWriter(CompletionEncoder.open(files), new TokenLists(root, true));
    }

    private record CompletionWriter(CompletionEncoder encoder, TokenLists lists) implements Writer {

        @Override
        public boolean write(Row row, int index) {
            String prompt = row.getAs(Table.TEXT);
            String completion = row.getAs(Table.LABEL);
            EncodedText text = isBlank(prompt) || isBlank(completion)
                    ? null
                    : RowEncoding.unlessItFails(() -> encoder.encode(prompt, completion));
            lists.write(text, index);
            return text != null;
        }

        private static boolean isBlank(@Nullable String text) {
            return text == null || text.isBlank();
        }

        @Override
        public void close() {
            encoder.close();
        }
    }
}
