package dev.sotto.core.model;

import dev.sotto.core.engine.Safetensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A seed model's folder as Hugging Face lays it out: {@code model.safetensors}, and mostly {@code config.json}. */
final class ModelFolder implements AutoCloseable {
    static final String WEIGHTS = "model.safetensors";
    static final String CONFIG = "config.json";

    private final Path path;
    private final @Nullable Config config;
    private final Safetensors weights;

    private ModelFolder(Path path, @Nullable Config config, Safetensors weights) {
        this.path = path;
        this.config = config;
        this.weights = weights;
    }

    /**
     * Opens a folder: reads its configuration and the header of its weights.
     *
     * @throws ModelException if there is no such folder, or no weights that can be read
     */
    static ModelFolder open(Path path) {
        if (!Files.isDirectory(path)) {
            throw new ModelException.Damaged("There is no folder " + path
                    + ", so there is no model to start from. Give the folder that holds config.json and " + WEIGHTS
                    + ".");
        }
        Path weights = path.resolve(WEIGHTS);
        if (!Files.isRegularFile(weights)) {
            throw noWeights(path);
        }
        Path config = path.resolve(CONFIG);
        try {
            return new ModelFolder(path, Files.exists(config) ? Config.read(config) : null, Safetensors.open(weights));
        } catch (IOException e) {
            throw new ModelException.Damaged(String.valueOf(e.getMessage()), e);
        }
    }

    private static ModelException noWeights(Path path) {
        if (Files.exists(path.resolve(WEIGHTS + ".index.json"))) {
            return new ModelException.Unsupported("The weights in " + path + " are split over several files, of which"
                    + " each would have to be mapped; one " + WEIGHTS + " is read. Join them with: python -c \"from"
                    + " transformers import AutoModel; AutoModel.from_pretrained('" + path
                    + "').save_pretrained('NEW_FOLDER', max_shard_size='1TB')\"");
        }
        if (Files.exists(path.resolve("pytorch_model.bin"))) {
            return new ModelException.Unsupported(path + " holds pytorch_model.bin, a Python pickle: opening one runs"
                    + " whatever code is in it, so it is not read. Convert it with: python -c \"import torch,"
                    + " safetensors.torch as s; d = torch.load('" + path + "/pytorch_model.bin', map_location='cpu',"
                    + " weights_only=True); s.save_file({k: v.clone().contiguous() for k, v in d.items()}, '" + path
                    + "/" + WEIGHTS + "', metadata={'format': 'pt'})\"");
        }
        return new ModelException.Damaged(path + " holds no " + WEIGHTS
                + ", so there is nothing to start from. Give a Hugging Face model folder.");
    }

    Path path() {
        return path;
    }

    /** Whether there is a {@code config.json}. */
    boolean hasConfig() {
        return config != null;
    }

    /** The {@code config.json}, which must be there. */
    Config config() {
        if (config == null) {
            throw new ModelException.Damaged(path + " holds no " + CONFIG + ", so the model's shape is unknown. Copy it"
                    + " from where the model came from.");
        }
        return config;
    }

    /** The {@code model_type}, empty if there is no configuration or none is given. */
    String modelType() {
        return config == null ? "" : config.text("model_type", "");
    }

    Safetensors weights() {
        return weights;
    }

    @Override
    public void close() {
        try {
            weights.close();
        } catch (IOException e) {
            throw new UncheckedIOException("Closing " + weights.path() + " failed.", e);
        }
    }
}
