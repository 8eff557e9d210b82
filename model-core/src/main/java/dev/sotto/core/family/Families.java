package dev.sotto.core.family;

import dev.sotto.core.folder.ModelException;
import dev.sotto.core.folder.ModelFolder;
import java.util.List;
import java.util.stream.Collectors;

/**
 * All families. The list is not kept in {@link Family}: an interface with default methods is initialised by its classes,
 * and would make them in turn, so that two threads could wait for each other for ever.
 */
public final class Families {
    /** In the order in which they are asked. */
    private static final List<Family> ALL = List.of(
            new BertFamily(),
            new RobertaFamily(),
            new DistilBertFamily(),
            new AlbertFamily(),
            new Gpt2Family(),
            new LlamaFamily(),
            new VitFamily(),
            new BeitFamily(),
            new ResNetFamily(),
            new SqueezeNetFamily(),
            new ArchiveFamily());

    private Families() {}

    /** The family of a folder's model. */
    public static Family of(ModelFolder folder) {
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
}
