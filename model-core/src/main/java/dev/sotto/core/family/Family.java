package dev.sotto.core.family;

import dev.sotto.core.folder.ModelException;
import dev.sotto.core.folder.ModelFolder;
import dev.sotto.core.method.Trained;
import java.util.List;

/**
 * A kind of model that can be trained. Adding one: a class with its {@link Architecture}, a TorchScript resource, a line in
 * {@link Families}.
 */
public interface Family {

    /** The values of {@code model_type} that it takes. */
    List<String> modelTypes();

    /** Whether a folder holds a model of this family. */
    default boolean recognises(ModelFolder folder) {
        return modelTypes().contains(folder.modelType());
    }

    /**
     * Reads the configuration.
     *
     * @throws ModelException if it is incomplete, or asks for something that is not built here
     */
    Architecture read(ModelFolder folder, ModelSpec spec);

    /**
     * The task and the number of outputs that the folder's own head has.
     *
     * @throws ModelException if its head is for a task that is not built here
     */
    ModelSpec asSaved(ModelFolder folder, Trained trained);
}
