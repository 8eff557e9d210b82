package dev.sotto.core.engine;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;

/** Native memory of one computation: what is made here dies when this closes. */
final class NativeScope implements AutoCloseable {
    private final PtNDManager manager;

    NativeScope(PtNDManager manager) {
        this.manager = manager;
    }

    /** An array on the device whose bytes {@code fill} writes, row-major, in the machine's byte order. */
    NDArray array(DataType type, long[] shape, Consumer<ByteBuffer> fill) {
        PtNDArray array =
                JniUtils.createEmptyNdArray(manager, new Shape(shape), type, Device.cpu(), SparseFormat.DENSE);
        // PyTorch's own memory rather than a Java buffer, which the garbage collector would free late.
        fill.accept(array.toByteBuffer(true));
        return array.toDevice(manager.getDevice(), false);
    }

    /** What an array of this scope holds, wherever it lies. */
    Floats floats(NDArray array) {
        float[] values = new float[Math.toIntExact(array.size())];
        ((PtNDArray) array).toByteBuffer(true).asFloatBuffer().get(values);
        return new Floats(
                Arrays.stream(array.getShape().getShape())
                        .mapToObj(Math::toIntExact)
                        .toList(),
                values);
    }

    @Override
    public void close() {
        manager.close();
    }
}
