package dev.sotto.core.checkpoint;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.sotto.core.folder.ModelException;
import dev.sotto.core.method.Lora;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** An adapter's {@code adapter_config.json}. */
record PeftSettings(Path file, JsonObject json) {
    /** Settings by which an update is another than alpha / rank times a product of two factors, if they are set. */
    private static final List<String> OTHER_UPDATES = List.of(
            "use_dora",
            "use_rslora",
            "use_qalora",
            "use_bdlora",
            "lora_bias",
            "rank_pattern",
            "alpha_pattern",
            "layer_replication",
            "trainable_token_indices",
            "target_parameters");

    static PeftSettings read(Path file) {
        try {
            return new PeftSettings(
                    file, JsonParser.parseString(Files.readString(file)).getAsJsonObject());
        } catch (IOException | JsonParseException | IllegalStateException unreadable) {
            throw new ModelException.Damaged(
                    file
                            + " is no JSON object that can be read. Give the folder of an adapter as save_pretrained writes it,"
                            + " with adapter_config.json and adapter_model.safetensors.",
                    unreadable);
        }
    }

    /**
     * Checks that it says of updates what these rules say.
     *
     * @throws ModelException if it does not
     */
    void require(Lora lora) {
        if (!text("peft_type").equals("LORA")) {
            throw wrong("is of the kind " + text("peft_type") + ": with method: lora those of LORA are read");
        }
        for (String key : OTHER_UPDATES) {
            if (isSet(json.get(key))) {
                throw wrong("sets " + key + ", which is not built: what it computes would be something else here");
            }
        }
        if (number("r") != lora.rank() || number("lora_alpha") != lora.alpha()) {
            throw wrong("has rank %s and alpha %s where %s and %s would learn. Set rank and alpha to its own"
                    .formatted(text("r"), text("lora_alpha"), lora.rank(), (float) lora.alpha()));
        }
    }

    /**
     * Checks that it is of a prefix whose keys and values are kept as they are.
     *
     * @throws ModelException if it is not
     */
    void requirePrefix(int length) {
        if (!text("peft_type").equals("PREFIX_TUNING")) {
            throw wrong(
                    "is of the kind " + text("peft_type") + ": with method: prefix those of PREFIX_TUNING are read");
        }
        if (isSet(json.get("prefix_projection"))) {
            throw wrong(
                    "sets prefix_projection, by which a network makes the prefix: what it has trained is no prefix yet."
                            + " Save what the network makes");
        }
        if (number("num_virtual_tokens") != length) {
            throw wrong("has a prefix of length %s where %d would learn. Set prefix-length to its own"
                    .formatted(text("num_virtual_tokens"), length));
        }
    }

    private static boolean isSet(JsonElement value) {
        return value != null
                && !value.isJsonNull()
                && !(value.isJsonPrimitive() && value.getAsString().equals("false"))
                && !(value.isJsonObject() && value.getAsJsonObject().isEmpty())
                && !(value.isJsonArray() && value.getAsJsonArray().isEmpty());
    }

    private String text(String key) {
        JsonElement value = json.get(key);
        return value == null ? "missing" : value.isJsonPrimitive() ? value.getAsString() : value.toString();
    }

    private double number(String key) {
        try {
            return Double.parseDouble(text(key));
        } catch (NumberFormatException none) {
            return Double.NaN;
        }
    }

    private ModelException wrong(String what) {
        return new ModelException.Unsupported("The adapter of " + file + " " + what + ".");
    }
}
