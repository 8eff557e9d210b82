package dev.sotto.core.model;

import java.util.List;
import java.util.stream.Collectors;

/** A kind of model that can be trained. Adding one: a class with its {@link Architecture}, a TorchScript resource. */
interface Family {
    /** All families, in the order in which they are asked. */
    List<Family> ALL = List.of(new BertFamily(), new RobertaFamily(), new SqueezeNetFamily());

    /** The family of a folder's model. */
    static Family of(ModelFolder folder) {
        return ALL.stream()
                .filter(family -> family.recognises(folder))
                .findFirst()
                .orElseThrow(() -> unknown(folder));
    }

    private static ModelException unknown(ModelFolder folder) {
        String type =
                folder.modelType().isEmpty() ? "of no given model_type" : "of type \"" + folder.modelType() + "\"";
        return new ModelException.Unsupported(folder.path() + " holds a model " + type
                + ", which cannot be trained here."
                + " Supported are: "
                + ALL.stream().flatMap(family -> family.modelTypes().stream()).collect(Collectors.joining(", ")) + ".");
    }

    /** Whether a folder holds a model of this family. */
    boolean recognises(ModelFolder folder);

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

    /** The model types it takes, for the message that names what is supported. */
    List<String> modelTypes();
}
