package dev.sotto.job.data;

import dev.sotto.core.batch.Batch;
import dev.sotto.core.batch.ImageBatch;
import dev.sotto.core.batch.ImageEncoder;
import dev.sotto.core.batch.ImageSettings;
import dev.sotto.core.batch.TokenBatch;
import java.io.Serializable;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.UInt2Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/** How rows of one kind lie in an Arrow record batch, and how some of them become a batch of the model. */
public sealed interface RowLayout extends Serializable
        permits RowLayout.Tokens, RowLayout.Pixels, CompletionLayout, WordsLayout, FeatureLayout {

    /** The columns that hold the row itself; those of every kind are {@link EncodedPartition}'s. */
    List<Field> fields();

    /** See {@link dev.sotto.core.batch.EncodedRows#length}. */
    int length(VectorSchemaRoot root, int row);

    /** See {@link dev.sotto.core.batch.EncodedRows#longest}. */
    int longest();

    /**
     * See {@link dev.sotto.core.batch.EncodedRows#batch}.
     *
     * @param labels as {@link Labels} gave them, one array a row
     */
    Batch batch(VectorSchemaRoot root, int[] rows, float[][] labels, int length);

    /** A column that holds a list a row. */
    static Field list(String name, ArrowType element) {
        var item = new Field(ListVector.DATA_VECTOR_NAME, FieldType.notNullable(element), null);
        return new Field(name, FieldType.notNullable(ArrowType.List.INSTANCE), List.of(item));
    }

    /** The rows' labels one behind the other. */
    private static float[] joined(float[][] labels) {
        float[] joined = new float[Stream.of(labels).mapToInt(row -> row.length).sum()];
        int end = 0;
        for (float[] row : labels) {
            System.arraycopy(row, 0, joined, end, row.length);
            end += row.length;
        }
        return joined;
    }

    /** Token ids in CSR layout (one list a row), with a segment id a token where the table has text pairs. */
    record Tokens(int padId, int longest, boolean segments) implements RowLayout {
        static final String IDS = "ids";
        static final String SEGMENTS = "segments";

        @Override
        public List<Field> fields() {
            var ids = list(IDS, new ArrowType.Int(32, true));
            return segments ? List.of(ids, list(SEGMENTS, new ArrowType.Int(8, true))) : List.of(ids);
        }

        @Override
        public int length(VectorSchemaRoot root, int row) {
            var ids = (ListVector) root.getVector(IDS);
            return ids.getElementEndIndex(row) - ids.getElementStartIndex(row);
        }

        @Override
        public TokenBatch batch(VectorSchemaRoot root, int[] rows, float[][] labels, int length) {
            return batch(root, rows, joined(labels), length);
        }

        /** The same with labels as the batch holds them. */
        TokenBatch batch(VectorSchemaRoot root, int[] rows, float[] labels, int length) {
            var ids = new int[rows.length][];
            var types = new int[rows.length][];
            for (int i = 0; i < rows.length; i++) {
                ids[i] = ints(root, IDS, rows[i]);
                types[i] = segments ? segments(root, rows[i]) : new int[ids[i].length];
            }
            return TokenBatch.padded(ids, types, labels, padId, length);
        }

        static int[] ints(VectorSchemaRoot root, String column, int row) {
            var list = (ListVector) root.getVector(column);
            IntUnaryOperator values = list.getDataVector() instanceof UInt2Vector narrow
                    ? narrow::get
                    : ((IntVector) list.getDataVector())::get;
            return IntStream.range(list.getElementStartIndex(row), list.getElementEndIndex(row))
                    .map(values)
                    .toArray();
        }

        private static int[] segments(VectorSchemaRoot root, int row) {
            var list = (ListVector) root.getVector(SEGMENTS);
            var values = (TinyIntVector) list.getDataVector();
            return IntStream.range(list.getElementStartIndex(row), list.getElementEndIndex(row))
                    .map(values::get)
                    .toArray();
        }
    }

    /** Pixels as bytes, [channels, height, width] a row, after the model's resizing and before its normalisation. */
    record Pixels(ImageSettings settings) implements RowLayout {
        static final String PIXELS = "pixels";

        private int bytes() {
            return ImageSettings.CHANNELS * settings.height() * settings.width();
        }

        @Override
        public List<Field> fields() {
            return List.of(new Field(PIXELS, FieldType.notNullable(new ArrowType.FixedSizeBinary(bytes())), null));
        }

        @Override
        public int length(VectorSchemaRoot root, int row) {
            return 1;
        }

        @Override
        public int longest() {
            return 1;
        }

        @Override
        public Batch batch(VectorSchemaRoot root, int[] rows, float[][] labels, int length) {
            var vector = (FixedSizeBinaryVector) root.getVector(PIXELS);
            var pixels = new byte[rows.length * bytes()];
            for (int i = 0; i < rows.length; i++) {
                System.arraycopy(vector.get(rows[i]), 0, pixels, i * bytes(), bytes());
            }
            return new ImageBatch(
                    rows.length,
                    ImageSettings.CHANNELS,
                    settings.height(),
                    settings.width(),
                    new ImageEncoder(settings).normalise(pixels),
                    joined(labels));
        }
    }
}
