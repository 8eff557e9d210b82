package dev.sotto.core.folder;

import dev.sotto.core.archive.ArchiveCopy;
import dev.sotto.core.archive.ArchiveException;
import dev.sotto.core.archive.ArchiveTensor;
import dev.sotto.core.archive.ScriptArchive;
import dev.sotto.core.engine.NumberType;
import dev.sotto.core.engine.Safetensors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The tensors of a folder that holds a TorchScript archive, {@code model.pt}. */
public final class ArchiveWeights implements Weights {
    /** How a configuration calls what lies beside it. */
    public static final String MODEL_TYPE = "torchscript";

    static final String FILE = "model.pt";

    private final ScriptArchive archive;
    private final Map<String, Safetensors.Tensor> tensors = new LinkedHashMap<>();

    private ArchiveWeights(ScriptArchive archive) {
        this.archive = archive;
        for (ArchiveTensor each : archive.tensors()) {
            tensors.put(each.name(), new Safetensors.Tensor(each.name(), each.type(), each.shape(), 0));
        }
    }

    /**
     * Opens a folder's archive.
     *
     * @throws IOException if it cannot be read
     * @throws ModelException if there is none, or it is of a kind that is not read
     */
    static ArchiveWeights open(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        if (!Files.isRegularFile(file)) {
            throw new ModelException.Damaged(
                    folder.resolve(ModelFolder.CONFIG) + " says that the model is a TorchScript"
                            + " archive, but there is no " + FILE
                            + " beside it. Make one with scripts/export/torchscript.py.");
        }
        try {
            return new ArchiveWeights(ScriptArchive.open(file));
        } catch (ArchiveException unusable) {
            throw new ModelException.Unsupported(String.valueOf(unusable.getMessage()));
        }
    }

    /** The archive itself, with its code. */
    public ScriptArchive archive() {
        return archive;
    }

    /** Writes the archive into a folder with some tensors replaced; gives the file. */
    public Path copyWith(Map<String, float[]> values, Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        ArchiveCopy.write(archive, values, file);
        return file;
    }

    @Override
    public Path path() {
        return archive.path();
    }

    @Override
    public List<Path> files() {
        return List.of(archive.path());
    }

    @Override
    public Map<String, Safetensors.Tensor> tensors() {
        return Collections.unmodifiableMap(tensors);
    }

    @Override
    public ByteBuffer bytes(String name) throws IOException {
        return archive.bytes(name);
    }

    @Override
    public ByteBuffer floatBytes(String name) throws IOException {
        NumberType type = archive.tensor(name).type();
        if (type != NumberType.F32) {
            throw new IOException("tensor " + name + " holds " + type + " numbers: F32 is read");
        }
        return archive.bytes(name);
    }

    @Override
    public void close() {
        archive.close();
    }
}
