package dev.sotto.job.data;

import dev.sotto.core.batch.EncodedText;
import dev.sotto.core.batch.PromptEncoder;
import dev.sotto.core.batch.PromptTemplate;
import dev.sotto.core.batch.TokenizerFiles;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.spark.sql.Row;

/** Texts, or pairs of them, put into a template with a mask. */
record TemplateEncoding(TokenizerFiles files, PromptTemplate template) implements RowEncoding {

    @Override
    public RowLayout layout() {
        return new RowLayout.Tokens(files.padId(), files.maxLength(), false);
    }

    @Override
    public Writer open(VectorSchemaRoot root) {
        return new TemplateWriter(PromptEncoder.open(files, template), template.hasPair(), new TokenLists(root, false));
    }

    private record TemplateWriter(PromptEncoder encoder, boolean pairs, TokenLists lists) implements Writer {

        @Override
        public boolean write(Row row, int index) {
            String text = row.getAs(Table.TEXT);
            String pair = pairs ? row.getAs(Table.PAIR) : "none";
            boolean usable = text != null && !text.isBlank() && pair != null && !pair.isBlank();
            EncodedText encoded = usable ? RowEncoding.unlessItFails(() -> encoder.encode(text, pair)) : null;
            lists.write(encoded, index);
            return encoded != null;
        }

        @Override
        public void close() {
            encoder.close();
        }
    }
}
