package dev.sotto.job.data;

import dev.sotto.core.batch.EncodedText;
import dev.sotto.core.batch.ImageEncoder;
import dev.sotto.core.batch.ImageSettings;
import dev.sotto.core.batch.TextEncoder;
import dev.sotto.core.batch.TokenizerFiles;
import dev.sotto.core.batch.UnreadableRowException;
import java.io.Serializable;
import java.util.function.Supplier;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** How the text or image of a table row becomes Arrow columns. Made by the driver, opened by each encoding task. */
public sealed interface RowEncoding extends Serializable
        permits RowEncoding.Text, RowEncoding.Image, CompletionEncoding, WordsEncoding, TemplateEncoding {

    RowLayout layout();

    /** A writer into this record batch. */
    Writer open(VectorSchemaRoot root);

    /** What is wrong with a row that could not be encoded. As private as the row: for eyes that may see the table. */
    default String fault(Row row) {
        return "text that is missing or blank, or fails in the tokenizer";
    }

    /** Writes the row's own columns, row after row. */
    interface Writer extends AutoCloseable {
        /** Tells whether the row could be encoded; where it could not, its place is filled with nothing. */
        boolean write(Row row, int index);

        @Override
        void close();
    }

    /**
     * What a tokenizer gives for a row; null where it fails, as some do at a word that their vocabulary has nothing for: a row ends no
     * run, and what the library says of it is nobody's to read.
     */
    static <T> @Nullable T unlessItFails(Supplier<T> encoded) {
        try {
            return encoded.get();
        } catch (RuntimeException withheld) {
            return null;
        }
    }

    /** Text or pairs of texts. */
    record Text(TokenizerFiles files, boolean pairs) implements RowEncoding {
        @Override
        public RowLayout layout() {
            return new RowLayout.Tokens(files.padId(), files.maxLength(), pairs);
        }

        @Override
        public Writer open(VectorSchemaRoot root) {
            return new TextWriter(TextEncoder.open(files), pairs, root);
        }
    }

    /** PNG or JPEG bytes. */
    record Image(ImageSettings settings) implements RowEncoding {
        @Override
        public RowLayout layout() {
            return new RowLayout.Pixels(settings);
        }

        @Override
        public Writer open(VectorSchemaRoot root) {
            return new ImageWriter(new ImageEncoder(settings), root);
        }

        @Override
        public String fault(Row row) {
            byte[] bytes = row.getAs(Table.IMAGE);
            if (bytes == null) {
                return "image that is missing, or a file that is not there, too large, or not to be read";
            }
            try {
                new ImageEncoder(settings).encode(bytes);
                return "image that was read the second time alone";
            } catch (UnreadableRowException why) {
                return String.valueOf(why.getMessage());
            }
        }
    }

    /** One list of token ids a row. */
    final class TextWriter implements Writer {
        private final TextEncoder encoder;
        private final boolean pairs;
        private final TokenLists lists;

        private TextWriter(TextEncoder encoder, boolean pairs, VectorSchemaRoot root) {
            this.encoder = encoder;
            this.pairs = pairs;
            this.lists = new TokenLists(root, pairs);
        }

        @Override
        public boolean write(Row row, int index) {
            EncodedText text = unlessItFails(() -> encode(row));
            boolean usable = text != null && text.length() > 0;
            lists.write(text, index);
            return usable;
        }

        private @Nullable EncodedText encode(Row row) {
            String text = row.getAs(Table.TEXT);
            if (text == null || text.isBlank()) {
                return null;
            }
            if (!pairs) {
                return encoder.encode(text);
            }
            String pair = row.getAs(Table.PAIR);
            return pair == null || pair.isBlank() ? null : encoder.encode(text, pair);
        }

        @Override
        public void close() {
            encoder.close();
        }
    }

    /** One fixed run of pixel bytes a row. */
    final class ImageWriter implements Writer {
        private final ImageEncoder encoder;
        private final FixedSizeBinaryVector pixels;

        private ImageWriter(ImageEncoder encoder, VectorSchemaRoot root) {
            this.encoder = encoder;
            this.pixels = (FixedSizeBinaryVector) root.getVector(RowLayout.Pixels.PIXELS);
        }

        @Override
        public boolean write(Row row, int index) {
            byte[] bytes = row.getAs(Table.IMAGE);
            byte[] decoded = bytes == null ? null : decode(bytes);
            pixels.setSafe(index, decoded == null ? new byte[pixels.getByteWidth()] : decoded);
            return decoded != null;
        }

        private byte @Nullable [] decode(byte[] bytes) {
            try {
                return encoder.encode(bytes);
            } catch (UnreadableRowException notAnImage) {
                return null; // the caller records that the row is not usable; what was wrong with it is private
            }
        }

        @Override
        public void close() {}
    }
}
