package dev.sotto.job.data;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.spark.SparkEnv;

/**
 * The values of a record batch's rows in a file among Spark's local ones, of which a step reads those that it has sampled. Where each
 * row begins stays in memory.
 *
 * <p>The file is encrypted (AES in counter mode, with a key of its own that no disk sees) and has no name once it is open, so that
 * nothing of it is left whatever ends this JVM. It is read, not mapped: mapped pages count as memory of the process, for which YARN would
 * end it. A {@link RandomAccessFile}, unlike a channel, is not closed for everybody when one task that reads is interrupted.
 */
final class RowsOnDisk implements AutoCloseable {
    private static final int BLOCK = 16; // bytes that share a counter
    private static final int PIECE = 1 << 20;

    private final RandomAccessFile file;
    private final SecretKey key = key();
    private final List<Column> columns = new ArrayList<>();

    /**
     * A column.
     *
     * @param begin of its values in the file
     * @param width bytes of a value
     */
    private record Column(FieldVector vector, long begin, int width) {

        long first(int row) {
            return vector instanceof ListVector lists ? lists.getElementStartIndex(row) : row;
        }

        int count(int row) {
            return vector instanceof ListVector lists
                    ? lists.getElementEndIndex(row) - lists.getElementStartIndex(row)
                    : 1;
        }
    }

    private RowsOnDisk(RandomAccessFile file) {
        this.file = file;
    }

    /**
     * Writes the values of these columns, each a list or of fixed width, and frees their memory.
     *
     * @throws UncheckedIOException if the disk is full, among others
     */
    static RowsOnDisk of(Stream<FieldVector> columns) {
        try {
            File place = place();
            var written = new RowsOnDisk(new RandomAccessFile(place, "rw"));
            Files.delete(place.toPath()); // the open file stays
            written.write(columns.toList());
            return written;
        } catch (IOException e) {
            throw new UncheckedIOException("Writing encoded rows to a local disk (spark.local.dir) failed.", e);
        }
    }

    private static File place() throws IOException {
        SparkEnv here = SparkEnv.get();
        return here == null
                ? File.createTempFile("rows", null)
                : here.blockManager().diskBlockManager().createTempLocalBlock()._2();
    }

    private void write(List<FieldVector> vectors) throws IOException {
        Cipher cipher = cipher(0);
        long end = 0;
        for (FieldVector vector : vectors) {
            BaseFixedWidthVector values = values(vector);
            columns.add(new Column(vector, end, values.getTypeWidth()));
            long bytes = (long) values.getValueCount() * values.getTypeWidth();
            var piece = new byte[(int) Math.min(PIECE, bytes)];
            for (long at = 0; at < bytes; at += piece.length) {
                int count = (int) Math.min(piece.length, bytes - at);
                values.getDataBuffer().getBytes(at, piece, 0, count);
                file.write(cipher.update(piece, 0, count));
            }
            end += bytes;
            values.clear();
        }
    }

    private static BaseFixedWidthVector values(FieldVector column) {
        return (BaseFixedWidthVector) (column instanceof ListVector lists ? lists.getDataVector() : column);
    }

    /** The columns of these rows, in this order. Whoever asked closes them. */
    VectorSchemaRoot read(int[] rows, BufferAllocator allocator) {
        List<FieldVector> read = new ArrayList<>();
        try {
            for (Column column : columns) {
                FieldVector into = column.vector().getField().createVector(allocator);
                read.add(into);
                read(column, rows, into);
            }
        } catch (IOException e) {
            read.forEach(FieldVector::close);
            throw new UncheckedIOException("Reading encoded rows from a local disk (spark.local.dir) failed.", e);
        }
        return new VectorSchemaRoot(read.stream().map(FieldVector::getField).toList(), read, rows.length);
    }

    private void read(Column column, int[] rows, FieldVector into) throws IOException {
        int all = 0;
        for (int row : rows) {
            all = Math.addExact(all, column.count(row));
        }
        BaseFixedWidthVector values = values(into);
        values.allocateNew(all);
        values.getValidityBuffer().setOne(0, values.getValidityBuffer().capacity());
        if (into instanceof ListVector lists) {
            lists.setInitialCapacity(rows.length);
        }
        ArrowBuf data = values.getDataBuffer();
        long end = 0;
        for (int i = 0; i < rows.length; i++) {
            int count = column.count(rows[i]);
            if (into instanceof ListVector lists) {
                lists.startNewValue(i);
                lists.endValue(i, count);
            }
            byte[] bytes = read(
                    column.begin() + column.first(rows[i]) * column.width(), Math.multiplyExact(count, column.width()));
            data.setBytes(end, bytes);
            end += bytes.length;
        }
        values.setValueCount(all);
        into.setValueCount(rows.length);
    }

    private byte[] read(long begin, int count) throws IOException {
        int ahead = (int) (begin % BLOCK);
        var read = new byte[ahead + count];
        synchronized (file) {
            file.seek(begin - ahead);
            file.readFully(read);
        }
        Cipher cipher = cipher(begin / BLOCK);
        cipher.update(read, 0, ahead);
        byte[] plain = cipher.update(read, ahead, count);
        return plain == null ? new byte[0] : plain;
    }

    /** Encrypts and decrypts from a block on. */
    private Cipher cipher(long block) {
        try {
            Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
            byte[] counter =
                    ByteBuffer.allocate(BLOCK).putLong(Long.BYTES, block).array();
            cipher.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(counter));
            return cipher;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("Every JDK has AES in counter mode.", impossible);
        }
    }

    private static SecretKey key() {
        var bytes = new byte[BLOCK];
        new SecureRandom().nextBytes(bytes);
        return new SecretKeySpec(bytes, "AES");
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
