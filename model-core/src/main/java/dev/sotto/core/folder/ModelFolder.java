package dev.sotto.core.folder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A seed model's folder as Hugging Face lays it out: {@code model.safetensors} or several such files with an index, and mostly
 * {@code config.json}.
 */
public final class ModelFolder implements AutoCloseable {
    static final String CONFIG = "config.json";
    private static final String ADAPTER = "adapter_config.json";
    private static final String MODEL_TYPE = "model_type";
    private static final String PICKLE = "pytorch_model.bin";
    private static final String PICKLE_INDEX = "pytorch_model.bin.index.json";

    private final Path path;
    private final @Nullable Config config;
    private final @Nullable Weights weights;

    private ModelFolder(Path path, @Nullable Config config, @Nullable Weights weights) {
        this.path = path;
        this.config = config;
        this.weights = weights;
    }

    /**
     * Opens a folder: reads its configuration and the headers of its weights.
     *
     * @throws ModelException if there is no such folder, or no weights that can be read
     */
    public static ModelFolder open(Path path) {
        ModelFolder folder = openWithOrWithoutWeights(path);
        folder.weights();
        return folder;
    }

    /** The same, and a folder that holds a configuration but no weights of any kind is opened, too. */
    public static ModelFolder openWithOrWithoutWeights(Path path) {
        if (!Files.isDirectory(path)) {
            throw new ModelException.Damaged("There is no folder " + path
                    + ", so there is no model to start from. Give the folder that holds config.json and "
                    + SafetensorsWeights.ONE_FILE + ".");
        }
        if (Files.exists(path.resolve(ADAPTER))) {
            throw adapter(path);
        }
        Path config = path.resolve(CONFIG);
        boolean hasConfig = Files.exists(config);
        try {
            if (hasConfig && Config.read(config).text(MODEL_TYPE, "").equals(ArchiveWeights.MODEL_TYPE)) {
                return new ModelFolder(path, Config.read(config), ArchiveWeights.open(path));
            } else if (SafetensorsWeights.isIn(path)) {
                return new ModelFolder(path, hasConfig ? Config.read(config) : null, SafetensorsWeights.open(path));
            } else if (hasConfig && !Files.exists(path.resolve(PICKLE)) && !Files.exists(path.resolve(PICKLE_INDEX))) {
                return new ModelFolder(path, Config.read(config), null);
            }
            throw noWeights(path);
        } catch (IOException e) {
            throw new ModelException.Damaged(String.valueOf(e.getMessage()), e);
        }
    }

    /** Beside a whole model too: transformers puts the adapter on it, and would compute something else. */
    private static ModelException adapter(Path path) {
        String base = "";
        try {
            base = Config.read(path.resolve(ADAPTER)).text("base_model_name_or_path", "");
        } catch (ModelException unreadable) {
            base = ""; // that it is an adapter is known all the same
        }
        return new ModelException.Unsupported(path + " holds " + ADAPTER
                + ": a PEFT adapter, not a model. Give its base model"
                + (base.isEmpty() ? "" : " (" + base + ")") + ", or merge the two: python -c \"from peft import"
                + " AutoPeftModelForSequenceClassification as M; M.from_pretrained('" + path
                + "').merge_and_unload().save_pretrained('NEW_FOLDER')\", with the class for your task; the tokenizer's files"
                + " belong there too. If the weights are merged already, take " + ADAPTER + " out of the folder.");
    }

    private static ModelException noWeights(Path path) {
        if (Files.exists(path.resolve(PICKLE_INDEX))) {
            return new ModelException.Unsupported(
                    path + " holds pytorch_model.bin in parts: Python pickles, and opening one"
                            + " runs whatever code is in it, so they are not read. Convert them with: python -c \"from"
                            + " transformers import AutoModel; AutoModel.from_pretrained('" + path
                            + "', torch_dtype='auto').save_pretrained('NEW_FOLDER', safe_serialization=True)\"; for a model with"
                            + " its head, name its class instead of AutoModel.");
        }
        if (Files.exists(path.resolve(PICKLE))) {
            return new ModelException.Unsupported(path + " holds pytorch_model.bin, a Python pickle: opening one runs"
                    + " whatever code is in it, so it is not read. Convert it with: python -c \"import torch,"
                    + " safetensors.torch as s; d = torch.load('" + path + "/pytorch_model.bin', map_location='cpu',"
                    + " weights_only=True); s.save_file({k: v.clone().contiguous() for k, v in d.items()}, '" + path
                    + "/" + SafetensorsWeights.ONE_FILE + "', metadata={'format': 'pt'})\"");
        }
        return new ModelException.Damaged(path + " holds no " + SafetensorsWeights.ONE_FILE
                + ", so there is nothing to start from. Give a Hugging Face model folder.");
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /** Whether there is a {@code config.json}. */
    public boolean hasConfig() {
        return config != null;
    }

    /** The {@code config.json}, which must be there. */
    public Config config() {
        if (config == null) {
            throw new ModelException.Damaged(path + " holds no " + CONFIG + ", so the model's shape is unknown. Copy it"
                    + " from where the model came from.");
        }
        return config;
    }

    /** The {@code model_type}, empty if there is no configuration or none is given. */
    public String modelType() {
        return config == null ? "" : config.text(MODEL_TYPE, "");
    }

    /** Whether there are weights. */
    public boolean hasWeights() {
        return weights != null;
    }

    /** The weights, which must be there. */
    public Weights weights() {
        if (weights == null) {
            throw noWeights(path);
        }
        return weights;
    }

    @Override
    public void close() {
        if (weights != null) {
            weights.close();
        }
    }
}
