package dev.sotto.core.family;

import dev.sotto.core.folder.Config;
import dev.sotto.core.folder.ModelFolder;
import dev.sotto.core.folder.PadToken;
import dev.sotto.core.folder.Slot;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What decoders end with ({@code decoder.pyts}): the next token's scores, or a linear head on the last token or on every token.
 *
 * @param embeddings name of the token table, which also gives the next token's scores where it is tied
 * @param tokenHead name of the head that labels tokens
 * @param padId never the last token of a text; -1 if the model has none
 */
record Decoder(
        Config config, ModelSpec spec, int vocabulary, int hidden, String embeddings, String tokenHead, int padId) {
    private static final String LANGUAGE_HEAD = "lm_head.weight";

    /**
     * From a configuration. Where that names no padding, a new head learns with the one that the export names, so that a text that ends
     * with it is read alike; a head that is kept answers as it was trained, by the last token.
     */
    static Decoder read(
            ModelFolder folder, ModelSpec spec, TextHead head, int hidden, String embeddings, String tokenHead) {
        Config config = folder.config();
        int padId = head.kept()
                ? config.integer("pad_token_id", -1)
                : PadToken.of(folder).map(PadToken::id).orElse(-1);
        return new Decoder(config, spec, config.size("vocab_size"), hidden, embeddings, tokenHead, padId);
    }

    /** The head's parameters. A language model's are not trained: they are the token table, or as large. */
    List<Slot> headSlots() {
        return switch (spec.task()) {
            case CAUSAL_LM -> isTied() ? List.of() : List.of(Slot.frozen(LANGUAGE_HEAD, vocabulary, hidden));
            case TOKEN_CLASSIFICATION -> Slot.head(tokenHead, spec.outputs(), hidden);
            case CLASSIFICATION, MULTI_LABEL, REGRESSION -> List.of(Slot.headWeight("score", spec.outputs(), hidden));
            case MASKED_PROMPT -> throw TextHead.noMask(config);
        };
    }

    private boolean isTied() {
        return config.flag("tie_word_embeddings", true);
    }

    /** Whether a tensor belongs to a head that this model has not. */
    boolean isOtherHead(String name) {
        return name.equals(LANGUAGE_HEAD) || name.startsWith("score.") || name.startsWith("classifier.");
    }

    Map<String, Object> constants() {
        return new TreeMap<>(Map.of("token_embeddings", embeddings, "token_head", tokenHead, "pad_token_id", padId));
    }
}
