package dev.sotto.job.data;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.UInt2Vector;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.ArrowType;

/**
 * A record batch that has been filled, in few bytes: token ids below 65,536 take two each, one label a row needs no list, the units'
 * column is left out, and buffers have their own size, where growing by doubling leaves up to half of each unused. A row of a
 * text then takes some 9 bytes beside its tokens.
 */
final class PackedRows {
    private PackedRows() {}

    /** The same rows without the units' column. Frees the old. */
    static VectorSchemaRoot of(VectorSchemaRoot grown, BufferAllocator allocator) {
        List<FieldVector> made = new ArrayList<>();
        try (grown) {
            List<FieldVector> packed = new ArrayList<>();
            for (FieldVector vector : grown.getFieldVectors()) {
                if (!vector.getName().equals(EncodedPartition.UNIT)) {
                    FieldVector narrow = narrow(vector, grown.getRowCount(), allocator);
                    if (narrow != vector) {
                        made.add(narrow);
                    }
                    packed.add(narrow);
                }
            }
            return trimmed(
                    new VectorSchemaRoot(
                            packed.stream().map(FieldVector::getField).toList(), packed, grown.getRowCount()),
                    allocator);
        } finally {
            made.forEach(FieldVector::close);
        }
    }

    private static FieldVector narrow(FieldVector vector, int rows, BufferAllocator allocator) {
        if (vector instanceof ListVector lists && lists.getName().equals(RowLayout.Tokens.IDS)) {
            return narrowIds(lists, rows, allocator);
        }
        return vector.getName().equals(LabelLists.NAME)
                ? LabelLists.narrow((ListVector) vector, rows, allocator)
                : vector;
    }

    private static FieldVector narrowIds(ListVector lists, int rows, BufferAllocator allocator) {
        var ids = (IntVector) lists.getDataVector();
        for (int i = 0; i < ids.getValueCount(); i++) {
            if (ids.get(i) < 0 || ids.get(i) > Character.MAX_VALUE) {
                return lists;
            }
        }
        var narrow = (ListVector) RowLayout.list(RowLayout.Tokens.IDS, new ArrowType.Int(Character.SIZE, false))
                .createVector(allocator);
        var values = (UInt2Vector) narrow.getDataVector();
        narrow.setInitialCapacity(rows);
        values.allocateNew(ids.getValueCount());
        for (int row = 0; row < rows; row++) {
            int first = narrow.startNewValue(row);
            int count = lists.getElementEndIndex(row) - lists.getElementStartIndex(row);
            for (int i = 0; i < count; i++) {
                values.setSafe(first + i, ids.get(first + i));
            }
            narrow.endValue(row, count);
        }
        narrow.setValueCount(rows);
        return narrow;
    }

    private static VectorSchemaRoot trimmed(VectorSchemaRoot rows, BufferAllocator allocator) {
        VectorSchemaRoot exact = VectorSchemaRoot.create(rows.getSchema(), allocator);
        try (ArrowRecordBatch used = new VectorUnloader(rows).getRecordBatch()) {
            List<ArrowBuf> copies = used.getBuffers().stream()
                    .map(buffer -> copy(buffer, allocator))
                    .toList();
            try (var batch = new ArrowRecordBatch(used.getLength(), used.getNodes(), copies)) {
                new VectorLoader(exact).load(batch);
            }
            copies.forEach(ArrowBuf::close); // the vectors hold them now
        }
        return exact;
    }

    private static ArrowBuf copy(ArrowBuf buffer, BufferAllocator allocator) {
        ArrowBuf copy = allocator.buffer(buffer.readableBytes());
        copy.setBytes(0, buffer, buffer.readerIndex(), buffer.readableBytes());
        copy.writerIndex(buffer.readableBytes());
        return copy;
    }
}
