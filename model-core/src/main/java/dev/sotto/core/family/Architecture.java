package dev.sotto.core.family;

import dev.sotto.core.batch.Batch;
import dev.sotto.core.engine.Argument;
import dev.sotto.core.folder.Slot;
import java.util.BitSet;
import java.util.List;
import java.util.Map;

/** One model of a family, as its folder's configuration describes it: which parameters it has and what it computes. */
public interface Architecture {

    /** The family's name, as in {@code model_type}. */
    String family();

    /** Every parameter that the forward pass reads, in the model's order. */
    List<Slot> slots();

    /** The TorchScript resources that hold its functions besides the common ones. */
    List<String> resources();

    /** TorchScript functions of its own besides. */
    default String source() {
        return "";
    }

    /** Whether what it computes was written elsewhere, so that it must be tried whether rows of a batch keep to themselves. */
    default boolean isForeign() {
        return false;
    }

    /** Whether its rows must be computed one by one, since in a batch one could change what is computed of another. */
    default boolean isOneByOne() {
        return false;
    }

    /** Its settings, read in the script as {@code self.NAME()}. */
    Map<String, Object> constants();

    /** The name in {@link #slots()}'s manner of a tensor as the folder names it: old or shortened names are known. */
    default String currentName(String nameInFolder) {
        return nameInFolder;
    }

    /** Whether the model computes the same without this tensor (a head of another task, a buffer). */
    boolean isUnused(String name);

    /** Whether a tensor that the model does not use is written into the trained model's folder all the same. */
    default boolean isKept(String name) {
        return false;
    }

    /** Whether the folder's head was trained for the same kind of task, so that it is worth keeping. */
    boolean keepsHead();

    /** The class in Hugging Face transformers that loads the trained model. */
    String exportedClass();

    /** Whether its head reads the last token of a text, which others find by the padding behind it. */
    default boolean readsLastToken() {
        return false;
    }

    /** Settings that the trained model has and the folder's configuration may not: true or false by key. */
    default Map<String, Boolean> exportedSettings() {
        return Map.of();
    }

    /** Rows that hold values outside the model's range (a token id beyond the vocabulary). */
    BitSet unusableRows(Batch batch);

    /**
     * The script's inputs; values of unusable rows are replaced by harmless ones.
     *
     * @throws IllegalArgumentException if the batch is of another kind or size than the model takes
     */
    List<Argument> inputs(Batch batch);
}
