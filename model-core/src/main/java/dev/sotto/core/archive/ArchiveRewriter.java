package dev.sotto.core.archive;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Turns the code of an archive into functions of one module that holds no state: each method is written once for each module that
 * it is called on, and reads that module's tensors by name from the weights it is given. So a bias can be given with a row for each
 * row of the batch, and one backward pass leaves every row's own gradient in it; a module or tensor that is used in several places
 * is one name, whose uses autograd sums.
 *
 * <p>Only source is written; the archive's numbers stay where they are.
 */
public final class ArchiveRewriter {
    private static final String FORWARD = "forward";

    private final ScriptArchive archive;
    private final Map<Target, String> names = new HashMap<>();
    private final Deque<Target> open = new ArrayDeque<>();
    private final Set<String> tensors = new LinkedHashSet<>();

    /** A method of a module, or a function. */
    private record Target(@Nullable ScriptObject object, String name) {}

    private ArchiveRewriter(ScriptArchive archive) {
        this.archive = archive;
    }

    /**
     * Rewrites an archive.
     *
     * @throws ArchiveException if it is of a kind of which no gradients of single rows can be had
     */
    public static RewrittenArchive rewrite(ScriptArchive archive) {
        return new ArchiveRewriter(archive).rewrite();
    }

    private RewrittenArchive rewrite() {
        refuseFrozen();
        refuseTraining();
        String entry = nameOf(new Target(archive.root(), FORWARD));
        StringBuilder source = new StringBuilder();
        while (!open.isEmpty()) {
            Target next = open.remove();
            source.append(Translation.of(this, nameOf(next), function(next), next.object()));
        }
        ScriptFunction forward = function(new Target(archive.root(), FORWARD));
        List<RewrittenArchive.Parameter> parameters = forward.parameters().stream()
                .skip(1)
                .map(each -> new RewrittenArchive.Parameter(
                        each.name(), each.type(), each.otherwise().isEmpty()))
                .toList();
        return new RewrittenArchive(source.toString(), entry, parameters, forward.returns(), tensors);
    }

    private void refuseFrozen() {
        if (archive.tensors().stream().noneMatch(each -> each.kind() == ArchiveTensor.Kind.PARAMETER)) {
            throw new ArchiveException(archive.path() + " has no parameters: it was frozen (torch.jit.freeze or"
                    + " optimize_for_inference), which turns them into constants of the code that nothing can train. Save it"
                    + " before it is frozen.");
        }
    }

    private void refuseTraining() {
        String inTraining = archive.names().objects().stream()
                .filter(each -> Boolean.TRUE.equals(each.attributes().get("training")))
                .sorted(Comparator.comparing(each -> archive.names().of(each)))
                .map(this::words)
                .limit(3)
                .collect(Collectors.joining(", "));
        if (!inTraining.isEmpty()) {
            throw new ArchiveException(archive.path() + " was saved in training mode (" + inTraining
                    + "): dropout would draw random numbers and batch normalisation mix the rows of a batch. Call"
                    + " model.eval() before the archive is made.");
        }
    }

    /** A module for messages. */
    String words(ScriptObject object) {
        String path = archive.names().of(object);
        return path.isEmpty() ? "The model itself" : "Module " + path;
    }

    /** What a module has under a name. */
    Value member(ScriptObject object, String name) {
        if (object.isOpaque()) {
            throw new ArchiveException(words(object) + " keeps its state in a form of its own, as quantized modules do,"
                    + " which is not read. Make the archive from the model in 32-bit floats.");
        }
        ScriptClass type = classOf(object);
        if (type.methods().containsKey(name)) {
            return new Value.Method(object, name);
        }
        Object value = object.attributes().get(name);
        if (value == null) {
            throw new ArchiveException(words(object) + " reads " + name
                    + ", which the archive does not hold: save it again" + " with torch.jit.save.");
        }
        if (value instanceof ScriptObject inner) {
            return new Value.Module(inner);
        } else if (value instanceof Boolean flag) {
            return new Value.Literal(flag ? "True" : "False");
        } else if (value instanceof StoredTensor tensor) {
            return new Value.Tensor(read(tensor, type.types().getOrDefault(name, "Tensor")));
        }
        String declared = type.types().getOrDefault(name, "NoneType");
        String literal = literal(value, object, name);
        return new Value.Text(declared.equals("NoneType") ? literal : "annotate(" + declared + ", " + literal + ")");
    }

    private String read(StoredTensor tensor, String declared) {
        String name = archive.names().of(tensor).name();
        tensors.add(name);
        String read = Translation.WEIGHTS + "[\"" + name + "\"]";
        return declared.startsWith("Optional") ? "annotate(" + declared + ", " + read + ")" : read;
    }

    private String literal(Object value, ScriptObject object, String name) {
        if (value == Pickle.NONE) {
            return "None";
        } else if (value instanceof Boolean flag) {
            return flag ? "True" : "False";
        } else if (value instanceof Long || value instanceof Double) {
            return value.toString();
        } else if (value instanceof String text) {
            return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
        } else if (value instanceof StoredTensor tensor) {
            return read(tensor, "Tensor");
        } else if (value instanceof List<?> list) {
            return list.stream().map(each -> literal(each, object, name)).collect(Collectors.joining(", ", "[", "]"));
        } else if (value instanceof Pickle.Tuple tuple) {
            return tuple.values().stream()
                    .map(each -> literal(each, object, name) + ",")
                    .collect(Collectors.joining(" ", "(", ")"));
        }
        throw new ArchiveException(words(object) + " reads " + name + ", which is of a kind that is not followed. Keep"
                + " numbers, texts, tensors and lists of them in modules.");
    }

    /** What stands under a dotted name that belongs to no module: a function, a constant, an operator. */
    Value global(String name, String where) {
        if (name.startsWith("CONSTANTS.c")) {
            Object constant = archive.constant(Integer.parseInt(name.substring("CONSTANTS.c".length())));
            if (constant instanceof StoredTensor tensor) {
                return new Value.Tensor(read(tensor, "Tensor"));
            }
            throw new ArchiveException(where + " has a constant in its code that is no tensor, which is not followed.");
        } else if (name.startsWith("ops.prim.")) {
            return new Value.Text(name);
        } else if (archive.code().functions().containsKey(name)) {
            return new Value.Function(name);
        }
        throw new ArchiveException(where + " uses " + name + ", which is no function of PyTorch's own and no module:"
                + " classes and operators from elsewhere cannot be followed. Write the model with PyTorch's operators, or"
                + " trace it.");
    }

    /** The source that calls a value. */
    String callee(Value value) {
        if (value instanceof Value.Method method) {
            return "self." + nameOf(new Target(method.object(), method.name()));
        } else if (value instanceof Value.Function function) {
            return "self." + nameOf(new Target(null, function.name()));
        }
        return value.text();
    }

    /** The new name of a method or function; one that is new is to be written. */
    private String nameOf(Target target) {
        return names.computeIfAbsent(target, wanted -> {
            open.add(wanted);
            String path = wanted.object() == null ? "" : archive.names().of(wanted.object()) + "_";
            String last = wanted.name().substring(wanted.name().lastIndexOf('.') + 1);
            return "archive_" + names.size() + "_" + (path + last).replaceAll("[^A-Za-z0-9]+", "_");
        });
    }

    private ScriptFunction function(Target target) {
        ScriptFunction function = target.object() == null
                ? archive.code().functions().get(target.name())
                : classOf(target.object()).methods().get(target.name());
        if (function == null) {
            throw new ArchiveException(
                    archive.path() + " has no " + target.name() + ": save it again with torch.jit.save.");
        }
        return function;
    }

    private ScriptClass classOf(ScriptObject object) {
        ScriptClass type = archive.code().classes().get(object.className());
        if (type == null || !type.isModule()) {
            throw new ArchiveException(words(object) + " is an object of class " + object.className()
                    + ", which is no module and cannot be followed. Keep tensors in modules, or trace the model.");
        }
        return type;
    }
}
