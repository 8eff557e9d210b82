package dev.sotto.core.archive;

import dev.sotto.core.engine.NativeFloats;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Copies tensors, the numbers of a transposed or otherwise strided one put one after the other. */
final class TensorOrder {
    private TensorOrder() {}

    /**
     * A copy, row-major.
     *
     * @param stored the bytes from the tensor's first number to its last, as they lie in its storage
     */
    static ByteBuffer rowMajor(StoredTensor tensor, ByteBuffer stored) {
        int width = tensor.type().bytes();
        int bytes = Math.toIntExact(tensor.size() * width);
        ByteBuffer copy = NativeFloats.allocate((bytes + Float.BYTES - 1) / Float.BYTES)
                .slice(0, bytes)
                .order(ByteOrder.LITTLE_ENDIAN);
        if (tensor.isContiguous()) {
            return copy.put(stored.duplicate()).flip();
        }
        List<Integer> shape = tensor.shape();
        int[] index = new int[shape.size()];
        while (copy.hasRemaining()) {
            long at = 0;
            for (int i = 0; i < index.length; i++) {
                at += index[i] * tensor.strides().get(i);
            }
            copy.put(stored.slice(Math.toIntExact(at * width), width));
            for (int i = index.length - 1; i >= 0 && ++index[i] == shape.get(i); i--) {
                index[i] = 0;
            }
        }
        return copy.flip();
    }
}
