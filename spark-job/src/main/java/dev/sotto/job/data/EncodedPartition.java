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
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.spark.util.KnownSizeEstimation;
import org.jspecify.annotations.Nullable;

/**
 * One partition of the table, encoded: an Arrow record batch with random access to its rows. What Spark persists.
 *
 * <p>Columns: those of the {@link RowLayout}, then {@code label} and {@code usable}. While it is filled there is {@code unit}, too: the
 * unit's index within the partition, ascending.
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
    private int @Nullable [] firstRows; // [units + 1]; null where each row is a unit
    private boolean inTableMemory; // else Spark counts what is in memory
    private boolean kept;
    private boolean diskAllowed;
    private @Nullable RowsOnDisk disk; // the rows' values, if these are in a local file
    private final Held held = new Held();
    private final Cleaner.Cleanable freed = CLEANER.register(this, held);

    /** What is given back with a partition; it must not know the partition. */
    private static final class Held implements Runnable {
        private final List<Runnable> all = new ArrayList<>();

        void add(Runnable giveBack) {
            all.add(giveBack);
        }

        @Override
        public void run() {
            all.forEach(Runnable::run);
        }
    }

    /** For {@link Externalizable} alone: {@link #readExternal} fills it. */
    @SuppressWarnings("NullAway.Init")
    public EncodedPartition() {}

    /** Takes over the rows and their memory. */
    EncodedPartition(RowLayout layout, VectorSchemaRoot rows) {
        this.layout = layout;
        this.firstRows = firstRows(rows);
        this.root = PackedRows.of(rows, ALLOCATOR);
        held.add(root::close);
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

    private static Field column(String name, ArrowType type) {
        return new Field(name, FieldType.notNullable(type), null);
    }

    private static int @Nullable [] firstRows(VectorSchemaRoot filled) {
        var unit = (IntVector) filled.getVector(UNIT);
        int rows = filled.getRowCount();
        int units = rows == 0 ? 0 : unit.get(rows - 1) + 1;
        if (units == rows) {
            return null;
        }
        var first = new int[units + 1];
        first[units] = rows;
        for (int row = rows - 1; row >= 0; row--) {
            first[unit.get(row)] = row;
        }
        return first;
    }

    /**
     * To be kept between steps: in memory, if {@link TableMemory} has as much left; in a local file; or where none is allowed, in memory
     * that Spark counts.
     */
    EncodedPartition kept(boolean diskIsAllowed) {
        kept = true;
        diskAllowed = diskIsAllowed;
        long bytes = bytes();
        if (TableMemory.take(bytes)) {
            inTableMemory = true;
            held.add(() -> TableMemory.giveBack(bytes));
        } else if (diskIsAllowed) {
            RowsOnDisk written = RowsOnDisk.of(layout.fields().stream().map(field -> root.getVector(field.getName())));
            held.add(written::close);
            disk = written;
        }
        return this;
    }

    /** Frees the memory now, not when the collector comes by: for rows that are read once. No row may be read thereafter. */
    public void free() {
        freed.clean();
    }

    @Override
    public int units() {
        return firstRows == null ? root.getRowCount() : firstRows.length - 1;
    }

    @Override
    public int firstRow(int unit) {
        return firstRows == null ? unit : firstRows[unit];
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
        var labels = new float[rows.length][];
        Arrays.setAll(labels, i -> LabelLists.read(root, rows[i]));
        if (disk == null) {
            return layout.batch(root, rows, labels, length);
        }
        try (VectorSchemaRoot read = disk.read(rows, ALLOCATOR)) {
            return layout.batch(read, IntStream.range(0, rows.length).toArray(), labels, length);
        }
    }

    /** How many labels a row has, or places for them: one, one an output, or one a word. */
    public int labelCount(int row) {
        return LabelLists.read(root, row).length;
    }

    /** Bytes of memory that its rows take. */
    public long bytes() {
        long bytes = firstRows == null ? 0 : (long) Integer.BYTES * firstRows.length;
        for (FieldVector vector : root.getFieldVectors()) {
            bytes += vector.getBufferSize();
        }
        return bytes;
    }

    /** What Spark is to count as its storage memory; a walk over the Java heap would not find it. */
    @Override
    public long estimatedSize() {
        return inTableMemory ? 0 : bytes();
    }

    @Override
    public void writeExternal(ObjectOutput out) throws IOException {
        out.writeObject(layout);
        out.writeObject(firstRows);
        out.writeBoolean(kept);
        out.writeBoolean(diskAllowed);
        if (disk == null) {
            write(root, out);
            return;
        }
        int[] all = IntStream.range(0, root.getRowCount()).toArray();
        try (VectorSchemaRoot read = disk.read(all, ALLOCATOR)) {
            List<FieldVector> whole = root.getFieldVectors().stream()
                    .map(vector -> {
                        FieldVector values = read.getVector(vector.getName());
                        return values == null ? vector : values;
                    })
                    .toList();
            write(new VectorSchemaRoot(root.getSchema(), whole, root.getRowCount()), out);
        }
    }

    private static void write(VectorSchemaRoot rows, ObjectOutput out) throws IOException {
        try (var writer = new ArrowStreamWriter(rows, null, new ToObjectOutput(out))) {
            writer.start();
            writer.writeBatch();
            writer.end();
        }
    }

    @Override
    public void readExternal(ObjectInput in) throws IOException, ClassNotFoundException {
        layout = (RowLayout) in.readObject();
        firstRows = (int[]) in.readObject();
        boolean wasKept = in.readBoolean();
        boolean diskWasAllowed = in.readBoolean();
        root = read(in);
        held.add(root::close);
        if (wasKept) {
            kept(diskWasAllowed);
        }
    }

    private static VectorSchemaRoot read(ObjectInput in) throws IOException {
        try (var reader = new ArrowStreamReader(new FromObjectInput(in), ALLOCATOR)) {
            reader.loadNextBatch();
            VectorSchemaRoot loaded = reader.getVectorSchemaRoot();
            VectorSchemaRoot rows = VectorSchemaRoot.create(loaded.getSchema(), ALLOCATOR);
            List<FieldVector> from = loaded.getFieldVectors();
            for (int i = 0; i < from.size(); i++) {
                from.get(i).makeTransferPair(rows.getVector(i)).transfer(); // moves ownership: the reader may close
            }
            rows.setRowCount(loaded.getRowCount());
            while (reader.loadNextBatch()) {
                throw new IOException(
                        "An encoded partition holds one record batch; found a second: the block is damaged.");
            }
            return rows;
        }
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
