package dev.sotto.core.family;

import dev.sotto.core.folder.Config;
import dev.sotto.core.folder.ModelException;
import java.util.List;

/**
 * The class in Hugging Face transformers that a text model of one task is.
 *
 * @param exportedClass its name
 * @param kept whether the folder's head was trained for the same
 */
record TextHead(String exportedClass, boolean kept) {

    /** The head on an encoder whose classes begin with {@code name}, such as {@code Bert}. */
    static TextHead onEncoder(Config config, String name, Task task) {
        return of(
                config,
                switch (task) {
                    case CLASSIFICATION, MULTI_LABEL, REGRESSION -> name + "ForSequenceClassification";
                    case TOKEN_CLASSIFICATION -> name + "ForTokenClassification";
                    case MASKED_PROMPT -> throw noMask(config);
                    case CAUSAL_LM ->
                        throw new ModelException.Unsupported(
                                config.path() + " describes an encoder, whose tokens see those"
                                        + " behind them: it cannot learn to say the next one. Choose gpt2 or llama, or another task.");
                });
    }

    static ModelException noMask(Config config) {
        return new ModelException.Unsupported(config.path()
                + " describes a model that is not asked for the word in a mask's place here: built are bert, roberta, xlm-roberta"
                + " and camembert. Choose one of these, or another task.");
    }

    /** A head of a class that is known. */
    static TextHead of(Config config, String exportedClass) {
        List<String> saved = config.texts("architectures");
        return new TextHead(exportedClass, saved.isEmpty() || saved.contains(exportedClass));
    }
}
