package dev.sotto.core.engine;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * A {@link TorchModule} in 64-bit floats, so that rounding hides nothing: the same archive, with the number of the 32-bit type
 * in its code replaced by that of the 64-bit one. For tests only.
 */
public final class DoubleModule implements AutoCloseable {
    private final PtNDManager manager = newManager();
    private final PtSymbolBlock code;
    private final NDList weights = new NDList();

    public DoubleModule(byte[] archive) throws IOException {
        code = JniUtils.loadModule(manager, new ByteArrayInputStream(inDoubles(archive)), false, false);
    }

    /** A fresh owner of native memory, on a thread that records gradients. */
    public static PtNDManager newManager() {
        PtNDManager manager = TorchRuntime.newManager(Device.cpu()); // loads the natives
        TorchRuntime.prepareThread();
        return manager;
    }

    private static byte[] inDoubles(byte[] archive) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var in = new ZipInputStream(new ByteArrayInputStream(archive));
                var out = new ZipOutputStream(bytes)) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                byte[] content = in.readAllBytes();
                if (entry.getName().endsWith(".py")) {
                    String text = new String(content, StandardCharsets.UTF_8);
                    content = text.replace("dtype=6", "dtype=7").getBytes(StandardCharsets.UTF_8);
                }
                var crc = new CRC32();
                crc.update(content);
                var stored = new ZipEntry(entry.getName());
                stored.setMethod(ZipEntry.STORED);
                stored.setSize(content.length);
                stored.setCrc(crc.getValue());
                out.putNextEntry(stored);
                out.write(content);
            }
        }
        return bytes.toByteArray();
    }

    public void addWeight(String name, double[] values, List<Integer> shape) {
        NDArray weight = manager.create(
                values, new Shape(shape.stream().mapToLong(Integer::longValue).toArray()));
        weight.setName("p." + name);
        weights.add(weight);
    }

    /** Makes the arguments of a call. */
    @FunctionalInterface
    public interface Arguments {
        List<NDArray> in(NDManager scope);
    }

    /** A function's result, row-major; {@code inputs} are a list before the {@code others}, the weights come last. */
    public double[] call(String function, double[] trained, Arguments inputs, Arguments others) {
        try (NDManager scope = manager.newSubManager()) {
            var all = new NDList(scope.create(trained));
            for (NDArray input : inputs.in(scope)) {
                input.setName("inputs[]");
                all.add(input);
            }
            all.addAll(others.in(scope));
            NDArray method = scope.create(new Shape(0), DataType.FLOAT32);
            method.setName("module_method:" + function);
            all.add(method);
            all.addAll(weights);
            return IValueUtils.forward(code, all, true).singletonOrThrow().toDoubleArray();
        }
    }

    @Override
    public void close() {
        manager.close();
    }
}
