package dev.sotto.core.archive;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One function of an archive, rewritten for one module: what it reads from the module stands in the weights {@code sotto_p} instead,
 * modules within are followed to functions of their own, and flags are decided. Only what is needed for that is understood of the
 * source; the rest is copied.
 */
final class Translation {
    /** The weights, a parameter of every rewritten function. */
    static final String WEIGHTS = "sotto_p";

    private static final int STEP = 2;

    private final ArchiveRewriter rewriter;
    private final String where;
    private final Map<String, Value> known = new HashMap<>();
    private final Set<String> assignedAgain;
    private final StringBuilder source = new StringBuilder();

    private Translation(ArchiveRewriter rewriter, String where, ScriptFunction function) {
        this.rewriter = rewriter;
        this.where = where;
        this.assignedAgain = assignedAgain(function);
    }

    /**
     * The function's source under a new name.
     *
     * @param module whose method it is; null for a function
     */
    static String of(ArchiveRewriter rewriter, String newName, ScriptFunction function, @Nullable ScriptObject module) {
        String where = module == null ? "Function " + function.name() : rewriter.words(module);
        var translation = new Translation(rewriter, where, function);
        List<ScriptFunction.Parameter> parameters = function.parameters();
        if (module != null) {
            translation.known.put(parameters.get(0).name(), new Value.Module(module));
            parameters = parameters.subList(1, parameters.size());
        }
        StringBuilder head = new StringBuilder("def " + newName + "(self, " + WEIGHTS + ": Dict[str, Tensor]");
        for (ScriptFunction.Parameter each : parameters) {
            head.append(", ").append(each.name()).append(": ").append(translation.type(each.type()));
            head.append(each.otherwise().isEmpty() ? "" : "=" + each.otherwise());
        }
        head.append(") -> ").append(translation.type(function.returns())).append(":\n");
        translation.block(function.body(), STEP);
        return head.append(translation.source).toString();
    }

    private String type(String type) {
        if (type.contains("__torch__")) {
            throw new ArchiveException(where + " takes or gives an object of a class of its own (" + type
                    + "), which cannot be followed. Give tensors, tuples or dictionaries instead, or trace the model.");
        }
        return type;
    }

    private static Set<String> assignedAgain(ScriptFunction function) {
        Map<String, Long> times = function.body().stream()
                .map(line -> Brackets.split(line.tokens(), "="))
                .filter(parts -> parts.size() == 2)
                .flatMap(parts -> parts.get(0).stream())
                .collect(Collectors.groupingBy(Token::text, Collectors.counting()));
        return times.entrySet().stream()
                .filter(each -> each.getValue() > 1)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    private void block(List<Line> lines, int indent) {
        for (int i = 0; i < lines.size(); i++) {
            Line line = lines.get(i);
            int end = Blocks.end(lines, i, lines.size());
            List<Line> inside = lines.subList(i + 1, end);
            if (!line.opensBlock()) {
                emit(indent, statement(line.tokens()));
            } else if (decided(line) instanceof Value.Literal flag) {
                boolean taken = flag.source().equals("True");
                boolean hasElse = end < lines.size() && lines.get(end).beginsWith("else");
                int elseEnd = hasElse ? Blocks.end(lines, end, lines.size()) : end;
                if (taken) {
                    block(inside, indent);
                } else if (hasElse) {
                    block(lines.subList(end + 1, elseEnd), indent);
                }
                end = elseEnd;
            } else {
                emit(indent, read(line.tokens()).text());
                Map<String, Value> before = Map.copyOf(known);
                block(inside, indent + STEP);
                known.keySet().retainAll(before.keySet()); // what a branch names is not known behind it
                known.putAll(before);
            }
            i = end - 1;
        }
    }

    /** The flag that a branch hangs on, if it is one of a module. */
    private @Nullable Value decided(Line line) {
        List<Token> tokens = line.tokens();
        if (!line.beginsWith("if")) {
            return null;
        }
        return tokens.size() == 3 ? known.get(tokens.get(1).text()) : read(tokens.subList(1, tokens.size() - 1));
    }

    private Value read(List<Token> tokens) {
        return new ExpressionReader(rewriter, where, known, tokens).all();
    }

    private void emit(int indent, String line) {
        source.append(" ".repeat(indent)).append(line).append('\n');
    }

    private String statement(List<Token> tokens) {
        if (Token.join(tokens).startsWith("torch.warn")) {
            return "pass"; // it would write to the log
        }
        List<List<Token>> parts = Brackets.split(tokens, "=");
        if (parts.size() != 2) {
            return read(tokens).text();
        }
        List<Token> target = parts.get(0);
        if (target.stream().anyMatch(token -> token.is("."))) {
            throw new ArchiveException(where + " keeps something between calls (" + Token.join(target)
                    + "), so that one row would depend on those before it. Call model.eval() before the archive is made, and"
                    + " keep no state.");
        }
        Value value = read(parts.get(1));
        if (target.size() > 1) {
            target.forEach(each -> known.remove(each.text()));
            return read(target).text() + " = " + value.text();
        }
        String name = target.get(0).text();
        known.remove(name);
        if (value instanceof Value.Module || value instanceof Value.Function || value instanceof Value.Method) {
            known.put(name, value);
            return "pass";
        } else if (value instanceof Value.Tensor) {
            known.put(name, new Value.Tensor(name));
        } else if (value instanceof Value.Literal flag && !assignedAgain.contains(name)) {
            known.put(name, flag);
        }
        return name + " = " + value.text();
    }
}
