package dev.sotto.core.folder;

import dev.sotto.core.engine.Safetensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The tensors of a model folder. What they hold is mapped, so that the whole may be larger than memory; closing unmaps it, and what was
 * given of it, or made of that without a copy, is not to be touched thereafter.
 */
public interface Weights extends AutoCloseable {

    /** The file, or the index of several: for messages. */
    Path path();

    /** The files that hold the tensors, in the order of their names. */
    List<Path> files();

    /** All tensors by name. */
    Map<String, Safetensors.Tensor> tensors();

    /** See {@link Safetensors#bytes}. */
    ByteBuffer bytes(String name) throws IOException;

    /** See {@link Safetensors#floatBytes}. */
    ByteBuffer floatBytes(String name) throws IOException;

    @Override
    void close();
}
