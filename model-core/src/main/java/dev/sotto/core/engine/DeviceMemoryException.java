package dev.sotto.core.engine;

import java.util.Locale;
import java.util.stream.Stream;

/** A computation asked for more memory than its device has left. Nothing of it remains; a smaller one may well fit. */
public final class DeviceMemoryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What libtorch and the CUDA libraries say then, in their several ways. */
    private static final String[] SIGNS = {"out of memory", "can't allocate memory", "status_alloc_failed"};

    /** @param cause the library's own words */
    public DeviceMemoryException(Throwable cause) {
        super(
                "A forward and backward pass does not fit into the memory of the device, and no smaller one will do. Lower"
                        + " --max-length or --image-size, let fewer tasks share the device, take one with more memory, or give"
                        + " --microbatch-rows 1, which is slow.",
                cause);
    }

    static boolean is(RuntimeException failed) {
        String message = String.valueOf(failed.getMessage()).toLowerCase(Locale.ROOT);
        return Stream.of(SIGNS).anyMatch(message::contains);
    }
}
