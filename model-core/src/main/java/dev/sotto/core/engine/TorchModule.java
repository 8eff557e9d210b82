package dev.sotto.core.engine;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Compiled TorchScript and the frozen weights it reads, on one device. It holds no state that a call changes, so any
 * number of threads may share it; closing waits for their calls, so that weights may be unmapped thereafter.
 */
public final class TorchModule implements AutoCloseable {
    private final PtNDManager manager;
    private final PtSymbolBlock code;
    private final NDList weights = new NDList();
    private final ReadWriteLock calls = new ReentrantReadWriteLock();
    private boolean closed;

    /** Compiles an archive. */
    public TorchModule(byte[] archive, Device device) {
        manager = TorchRuntime.newManager(device);
        try {
            code = NativeCalls.inside(() -> compiled(archive));
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    private PtSymbolBlock compiled(byte[] archive) {
        try {
            return JniUtils.loadModule(manager, new ByteArrayInputStream(archive), false, false);
        } catch (IOException e) {
            throw new UncheckedIOException("Reading from memory failed.", e);
        }
    }

    /**
     * Gives the script a weight as {@code p[name]}. On the CPU the memory itself is read, with no copy, for as long
     * as this is open; whose memory it is must not free it before.
     *
     * @param type of its numbers
     * @param values row-major, off-heap, in the machine's byte order
     */
    public void addWeight(String name, NumberType type, ByteBuffer values, List<Integer> shape) {
        add(name, NativeCalls.inside(() -> array(type, values, shape)));
    }

    /**
     * Gives the script a weight as its function of that name makes it of one of 32-bit floats, on the device. DJL knows no arrays of
     * 16 bits other than halves, but holds what a script makes.
     *
     * @param values row-major, off-heap, in the machine's byte order
     */
    public void addWeight(String name, String function, ByteBuffer values, List<Integer> shape) {
        add(name, NativeCalls.inside(() -> made(function, values, shape)));
    }

    private NDArray made(String function, ByteBuffer values, List<Integer> shape) {
        TorchRuntime.prepareThread();
        try (NDArray given = array(NumberType.F32, values, shape);
                var scope = new NativeScope((PtNDManager) manager.newSubManager())) {
            // an array that is made where no gradients are asked for cannot take part where they are
            return IValueUtils.forward(code, new NDList(given, name(function, scope)), true)
                    .singletonOrThrow();
        }
    }

    private NDArray array(NumberType type, ByteBuffer values, List<Integer> shape) {
        Shape dimensions =
                new Shape(shape.stream().mapToLong(Integer::longValue).toArray());
        return JniUtils.createNdFromByteBuffer(
                manager, values, dimensions, dataType(type), SparseFormat.DENSE, manager.getDevice());
    }

    private void add(String name, NDArray weight) {
        weight.setName("p." + name); // DJL gathers arrays of such names into one Dict[str, Tensor]
        weights.add(weight);
    }

    private static DataType dataType(NumberType type) {
        return switch (type) {
            case F32 -> DataType.FLOAT32;
            case F64 -> DataType.FLOAT64;
            case I64 -> DataType.INT64;
            case I32 -> DataType.INT32;
            case I8 -> DataType.INT8;
            case U8 -> DataType.UINT8;
            case BOOL -> DataType.BOOLEAN;
            case F16, BF16, I16 ->
                throw new IllegalArgumentException(
                        "Weights of type " + type + " are not handed to scripts: widen them.");
        };
    }

    /** From here on an array that a computation leaves behind is an error, not a leak. */
    public void seal() {
        manager.cap();
    }

    /**
     * Calls a function of the script that asks for no gradients.
     *
     * @param arguments its arguments before the weights, which come last
     * @return its result, a tensor of floats
     * @throws DeviceMemoryException if the device has not enough memory for it
     * @throws CancellationException if the thread was interrupted: between two calls a computation can be left
     */
    public Floats call(String function, List<Argument> arguments) {
        return NativeCalls.inside(() -> call(function, arguments, false));
    }

    /** Calls a function of the script that asks for gradients; otherwise as {@link #call(String, List)}. */
    public Floats callWithGradients(String function, List<Argument> arguments) {
        return NativeCalls.inside(() -> call(function, arguments, true));
    }

    private Floats call(String function, List<Argument> arguments, boolean gradients) {
        if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException("This thread was asked to end.");
        }
        calls.readLock().lock();
        try {
            if (closed) {
                throw new IllegalStateException("The model is closed: nothing can be computed with it any more.");
            }
            return called(function, arguments, gradients);
        } finally {
            calls.readLock().unlock();
        }
    }

    private Floats called(String function, List<Argument> arguments, boolean gradients) {
        TorchRuntime.prepareThread();
        try (var scope = new NativeScope((PtNDManager) manager.newSubManager())) {
            NDList all = new NDList(); // the scope's arrays first: results belong to the owner of the first array
            arguments.forEach(each -> all.add(each.copyTo(scope)));
            all.add(name(function, scope));
            all.addAll(weights);
            return scope.floats(IValueUtils.forward(code, all, gradients).singletonOrThrow());
        } catch (EngineException failed) {
            throw DeviceMemoryException.is(failed) ? withoutMemory(failed) : failed;
        }
    }

    /** DJL's way to name a function other than forward: an empty array of that name. */
    private static NDArray name(String function, NativeScope scope) {
        NDArray method = scope.array(DataType.FLOAT32, new long[] {0}, bytes -> {});
        method.setName("module_method:" + function);
        return method;
    }

    /** Gives memory back that libtorch keeps for later in pieces of the wrong sizes. */
    private DeviceMemoryException withoutMemory(EngineException failed) {
        if (manager.getDevice().isGpu()) {
            JniUtils.emptyCudaCache();
        }
        return new DeviceMemoryException(failed);
    }

    @Override
    public void close() {
        NativeCalls.inside(() -> {
            calls.writeLock().lock();
            try {
                closed = true;
                manager.close();
                return manager;
            } finally {
                calls.writeLock().unlock();
            }
        });
    }
}
