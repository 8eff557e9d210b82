package dev.sotto.core.engine;

import ai.djl.pytorch.jni.LibUtils;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * What libtorch itself writes to standard error, past every logger of the JVM. Some of its warnings come once a call: on a processor that
 * NNPACK does not know each convolution says so, so that a log tells how many passes there were, and thereby how many rows were sampled. No
 * setting of PyTorch's reaches this from Java; the level is a number in the library.
 */
final class NativeLog {
    private static final String LEVEL = "FLAGS_caffe2_log_level";

    /** Above warnings and errors, which come back as exceptions as well. */
    static final int FATAL = 3;

    private NativeLog() {}

    /** Leaves fatal messages alone to be written. A library without such a level, built otherwise than PyTorch's own, is left as it is. */
    static void quiet() {
        try {
            level().setInt(0, FATAL);
        } catch (LinkageError noSuchLevel) { // then there is nothing to set
        }
    }

    /** The level; empty if the library has none. */
    static OptionalInt found() {
        try {
            return OptionalInt.of(level().getInt(0));
        } catch (LinkageError noSuchLevel) {
            return OptionalInt.empty();
        }
    }

    private static Pointer level() {
        Path library = Path.of(LibUtils.getLibtorchPath()).resolve("libc10.so");
        return NativeLibrary.getInstance(library.toString()).getGlobalVariableAddress(LEVEL);
    }
}
