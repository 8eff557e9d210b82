package dev.sotto.core.family;

import dev.sotto.core.folder.ModelException;
import dev.sotto.core.folder.ModelFolder;
import java.util.List;

/**
 * The class in Hugging Face transformers that an image model is.
 *
 * @param exportedClass its name
 * @param kept whether the folder's head was trained for the same
 */
record ImageHead(String exportedClass, boolean kept) {

    /** The head of a class that is known, for a task that images can have. */
    static ImageHead of(ModelFolder folder, String exportedClass, Task task) {
        if (task.labelsTokens() || task == Task.MASKED_PROMPT) {
            throw new ModelException.Unsupported(folder.path()
                    + " holds a model of images, which have no tokens to be labelled or masked. Choose another task, or a model"
                    + " of text.");
        }
        List<String> saved = folder.hasConfig() ? folder.config().texts("architectures") : List.of();
        return new ImageHead(exportedClass, saved.isEmpty() || saved.contains(exportedClass));
    }
}
