package dev.sotto.core.engine;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A TorchScript archive as libtorch itself loads it, its weights in memory, to compare with. */
public final class OriginalArchive {
    private OriginalArchive() {}

    /**
     * Calls its {@code forward} on the CPU, without gradients.
     *
     * @return the tensor that it gives, or the first of a tuple, or a dictionary's {@code logits}; row-major
     * @throws IOException if the file cannot be read
     */
    public static float[] logits(Path file, List<Argument> inputs) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return NativeCalls.inside(() -> logits(in, inputs));
        } catch (UncheckedIOException cannotRead) {
            throw cannotRead.getCause();
        }
    }

    private static float[] logits(InputStream archive, List<Argument> inputs) {
        try (PtNDManager manager = TorchRuntime.newManager(Device.cpu())) {
            TorchRuntime.prepareThread();
            PtSymbolBlock code = JniUtils.loadModule(manager, archive, false, false);
            try (var scope = new NativeScope((PtNDManager) manager.newSubManager())) {
                NDList all = new NDList();
                inputs.forEach(each -> all.add(each.copyTo(scope)));
                NDList given = IValueUtils.forward(code, all, false);
                NDArray logits = given.get("logits");
                return scope.floats(logits == null ? given.get(0) : logits).values();
            }
        } catch (IOException cannotRead) {
            throw new UncheckedIOException(cannotRead);
        }
    }
}
