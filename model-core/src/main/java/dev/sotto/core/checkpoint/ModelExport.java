package dev.sotto.core.checkpoint;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import dev.sotto.core.folder.PadToken;
import dev.sotto.core.model.SeedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;

/**
 * The trained model as a folder that Hugging Face transformers loads as it is. Frozen tensors are the seed's bytes in
 * the seed's number type; trained ones are 32-bit floats.
 */
public final class ModelExport {
    /** Files that travel with a model: how text is cut into tokens and images into pixels. */
    private static final List<String> COMPANIONS = List.of(
            "tokenizer.json",
            "tokenizer_config.json",
            "special_tokens_map.json",
            "added_tokens.json",
            "vocab.txt",
            "vocab.json",
            "merges.txt",
            "sentencepiece.bpe.model",
            "spiece.model",
            "preprocessor_config.json");

    private ModelExport() {}

    /**
     * Writes {@code model.safetensors} (or {@code model.pt}, if the seed is an archive), {@code config.json} and the seed's tokenizer and preprocessor files.
     *
     * @param trained the trained parameters, laid out by {@code seed.layout()}
     * @param labels names of the classes by index; one name for regression
     * @param folder to be made, or to be filled; files of the same names are replaced
     * @return the file of weights, whose SHA-256 is that of the exported model
     * @throws IOException if it cannot be written
     */
    public static Path write(SeedModel seed, float[] trained, List<String> labels, Path folder) throws IOException {
        Files.createDirectories(folder);
        Path weights = seed.writeWeights(trained, folder);
        JsonObject config = seed.exportedConfig(labels);
        String json = new GsonBuilder()
                .setPrettyPrinting()
                .disableHtmlEscaping()
                .serializeNulls()
                .create()
                .toJson(config);
        Files.writeString(folder.resolve("config.json"), json + "\n");
        for (String name : COMPANIONS) {
            Path file = seed.path().resolve(name);
            if (Files.isRegularFile(file)) {
                Files.copy(file, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Optional<PadToken> pad = seed.padToken();
        if (pad.isPresent()) {
            pad.get().addToTokenizer(folder);
        }
        return weights;
    }
}
