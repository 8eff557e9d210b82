package dev.sotto.core.batch;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;

/** The pieces of a tokenizer.json, added tokens left out. */
final class Vocabulary {
    private Vocabulary() {}

    /**
     * Ids by piece: an object in the file, or Unigram's list.
     *
     * @throws EncoderFilesException if there is none
     */
    static Map<String, Integer> of(FolderJson tokenizer) {
        JsonElement vocabulary = model(tokenizer).element("vocab");
        Map<String, Integer> ids = new LinkedHashMap<>();
        if (vocabulary instanceof JsonObject pieces) {
            pieces.entrySet()
                    .forEach(piece -> ids.put(piece.getKey(), piece.getValue().getAsInt()));
            return ids;
        }
        JsonArray pieces = vocabulary.getAsJsonArray();
        for (int id = 0; id < pieces.size(); id++) {
            ids.put(pieces.get(id).getAsJsonArray().get(0).getAsString(), id);
        }
        return ids;
    }

    /** How words are cut: WordPiece, BPE, Unigram, or another name; older files do not say it. */
    static String kind(FolderJson tokenizer) {
        FolderJson model = model(tokenizer);
        return model.string("type")
                .orElseGet(() ->
                        model.has("merges") ? "BPE" : model.element("vocab").isJsonArray() ? "Unigram" : "WordPiece");
    }

    private static FolderJson model(FolderJson tokenizer) {
        FolderJson model = tokenizer
                .object("model")
                .orElseThrow(
                        () -> new EncoderFilesException(
                                tokenizer.file()
                                        + " has no model: it is not a tokenizer of the Hugging Face tokenizers library. Copy it again."));
        if (!model.has("vocab")) {
            throw new EncoderFilesException(
                    model.file() + " has no vocab: no text can be encoded with it. Copy the file again.");
        }
        return model;
    }
}
