package dev.sotto.core.engine;

import ai.djl.Device;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Convolutions on processors where those of libtorch are wrong. Seen on an AMD processor whose caches a virtual machine hides (CPUID says
 * nothing of them): there the oneDNN 3.7.1 inside libtorch 2.7.1 gives gradients with respect to a convolution's input that are wrong by
 * as much as they are large, or no numbers, and says nothing; oneDNN 3.12 is right there. So they are tried once, and computed without
 * oneDNN where they fail: about half as fast.
 */
public final class Convolutions {
    private static final Pattern CALL =
            Pattern.compile("torch\\.(conv[123]d|conv_transpose[123]d|convolution|_convolution)\\(");

    /** Far above what rounding leaves, far below what was seen: errors as large as the results, or NaN. */
    private static final float TOLERANCE = 1e-3f;

    private Convolutions() {}

    /** Whether they are right on this machine's processor. */
    public static boolean areRight() {
        return Trial.RIGHT;
    }

    /**
     * TorchScript that computes the same on a device, rightly.
     *
     * @param source as {@link TorchArchive} takes it
     */
    public static String rightOn(Device device, String source) {
        if (device.isGpu() || !CALL.matcher(source).find() || areRight()) {
            return source;
        }
        return withoutOneDnn(source);
    }

    static String withoutOneDnn(String source) {
        return CALL.matcher(source).replaceAll("self.plain_$1(") + "\n" + plain();
    }

    private static String plain() {
        return ScriptResource.read(Convolutions.class, "convolutions");
    }

    /** Made when first asked for. */
    private static final class Trial {
        private static final boolean RIGHT = isRight();

        private static boolean isRight() {
            try (var module = new TorchModule(TorchArchive.of(Map.of(), plain()), Device.cpu())) {
                module.seal();
                for (float apart : module.callWithGradients("apart", List.of()).values()) {
                    if (!(apart <= TOLERANCE)) { // not a number either
                        return false;
                    }
                }
                return true;
            }
        }
    }
}
