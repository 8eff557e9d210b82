package dev.sotto.job.data;

import dev.sotto.core.batch.Batch;
import dev.sotto.core.batch.EncodedRows;
import java.io.Externalizable;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInput;
import java.io.ObjectOutput;
import java.io.OutputStream;
import java.lang.ref.Cleaner;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.spark.util.KnownSizeEstimation;

/**
 * One partition of the table, encoded: an Arrow record batch in native memory, with random access to its rows. What Spark
 * persists; it tells Spark its true size, which a walk over the Java heap would not find.
 *
 * <p>Columns: those of the {@link RowLayout}, then {@code label}, {@code usable} and {@code unit} (the unit's index within the
 * partition, ascending).
 */
public final class EncodedPartition implements EncodedRows, Externalizable, KnownSizeEstimation {

    private static final long serialVersionUID = 1L;
    private static final BufferAllocator ALLOCATOR = new RootAllocator();
    private static final Cleaner CLEANER = Cleaner.create();
    private static final int FIRST_CAPACITY = 64;

    static final String USABLE = "usable";
    static final String UNIT = "unit";

    private RowLayout layout;
    private VectorSchemaRoot root;
    private int[] firstRows; // [units + 1]
    private Cleaner.Cleanable memoryOfThis;

    /** For {@link Externalizable} alone: {@link #readExternal} fills it. */
    @SuppressWarnings("NullAway.Init")
    public EncodedPartition() {}

    /** Takes over the rows and their memory. */
    EncodedPartition(RowLayout layout, VectorSchemaRoot rows) {
        this.layout = layout;
        this.root = trimmed(rows);
        this.firstRows = firstRows(root);
        freeWithThis(root);
    }

    /** An empty record batch of rows in these columns, to be filled row by row. */
    static VectorSchemaRoot allocate(List<Field> columns) {
        var fields = new ArrayList<>(columns);
        fields.add(LabelLists.field());
        fields.add(column(USABLE, ArrowType.Bool.INSTANCE));
        fields.add(column(UNIT, new ArrowType.Int(32, true)));
        VectorSchemaRoot root = VectorSchemaRoot.create(new Schema(fields), ALLOCATOR);
        // Arrow begins with room for some 4,000 rows, which is 100 MB of images however few there are.
        root.getFieldVectors().forEach(vector -> vector.setInitialCapacity(FIRST_CAPACITY));
        return root;
    }

    /** The same rows in buffers of their own size: growing by doubling leaves up to half of each unused. Frees the old. */
    private static VectorSchemaRoot trimmed(VectorSchemaRoot grown) {
        VectorSchemaRoot exact = VectorSchemaRoot.create(grown.getSchema(), ALLOCATOR);
        try (grown;
                ArrowRecordBatch used = new VectorUnloader(grown).getRecordBatch()) {
            List<ArrowBuf> copies =
                    used.getBuffers().stream().map(EncodedPartition::copy).toList();
            try (var batch = new ArrowRecordBatch(used.getLength(), used.getNodes(), copies)) {
                new VectorLoader(exact).load(batch);
            }
            copies.forEach(ArrowBuf::close); // the vectors hold them now
        }
        return exact;
    }

    private static ArrowBuf copy(ArrowBuf buffer) {
        ArrowBuf copy = ALLOCATOR.buffer(buffer.readableBytes());
        copy.setBytes(0, buffer, buffer.readerIndex(), buffer.readableBytes());
        copy.writerIndex(buffer.readableBytes());
        return copy;
    }

    private static Field column(String name, ArrowType type) {
        return new Field(name, FieldType.notNullable(type), null);
    }

    private static int[] firstRows(VectorSchemaRoot root) {
        var unit = (IntVector) root.getVector(UNIT);
        int rows = root.getRowCount();
        int units = rows == 0 ? 0 : unit.get(rows - 1) + 1;
        var first = new int[units + 1];
        first[units] = rows;
        for (int row = rows - 1; row >= 0; row--) {
            first[unit.get(row)] = row;
        }
        return first;
    }

    private void freeWithThis(VectorSchemaRoot memory) {
        memoryOfThis = CLEANER.register(this, memory::close);
    }

    /** Frees the memory now, not when the collector comes by: for rows that are read once. No row may be read thereafter. */
    public void free() {
        memoryOfThis.clean();
    }

    @Override
    public int units() {
        return firstRows.length - 1;
    }

    @Override
    public int firstRow(int unit) {
        return firstRows[unit];
    }

    @Override
    public boolean usable(int row) {
        return ((BitVector) root.getVector(USABLE)).get(row) == 1;
    }

    @Override
    public int length(int row) {
        return layout.length(root, row);
    }

    @Override
    public int longest() {
        return layout.longest();
    }

    @Override
    public Batch batch(int[] rows, int length) {
        var lists = new LabelLists(root);
        var labels = new float[rows.length][];
        Arrays.setAll(labels, i -> lists.read(rows[i]));
        return layout.batch(root, rows, labels, length);
    }

    /** How many labels a row has, or places for them: one, one an output, or one a word. */
    public int labelCount(int row) {
        return new LabelLists(root).read(row).length;
    }

    @Override
    public long estimatedSize() {
        long bytes = 4L * firstRows.length;
        for (FieldVector vector : root.getFieldVectors()) {
            bytes += vector.getBufferSize();
        }
        return bytes;
    }

    @Override
    public void writeExternal(ObjectOutput out) throws IOException {
        out.writeObject(layout);
        try (var writer = new ArrowStreamWriter(root, null, new ToObjectOutput(out))) {
            writer.start();
            writer.writeBatch();
            writer.end();
        }
    }

    @Override
    public void readExternal(ObjectInput in) throws IOException, ClassNotFoundException {
        layout = (RowLayout) in.readObject();
        try (var reader = new ArrowStreamReader(new FromObjectInput(in), ALLOCATOR)) {
            reader.loadNextBatch();
            VectorSchemaRoot loaded = reader.getVectorSchemaRoot();
            root = VectorSchemaRoot.create(loaded.getSchema(), ALLOCATOR);
            List<FieldVector> from = loaded.getFieldVectors();
            for (int i = 0; i < from.size(); i++) {
                from.get(i).makeTransferPair(root.getVector(i)).transfer(); // moves ownership: the reader may close
            }
            root.setRowCount(loaded.getRowCount());
            while (reader.loadNextBatch()) {
                throw new IOException(
                        "An encoded partition holds one record batch; found a second: the block is damaged.");
            }
        }
        firstRows = firstRows(root);
        freeWithThis(root);
    }

    /** Arrow closes its stream; Spark's goes on. */
    private static final class ToObjectOutput extends OutputStream {
        private final ObjectOutput out;

        ToObjectOutput(ObjectOutput out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }
    }

    /** Arrow closes its stream; Spark's goes on. */
    private static final class FromObjectInput extends InputStream {
        private final ObjectInput in;

        FromObjectInput(ObjectInput in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            return in.read();
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            return in.read(bytes, offset, length);
        }
    }
}
