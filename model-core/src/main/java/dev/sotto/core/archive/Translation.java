package dev.sotto.core.archive;

import java.util.ArrayList;
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
                emit(indent, new Reader(line.tokens()).all().text());
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
        return tokens.size() == 3
                ? known.get(tokens.get(1).text())
                : new Reader(tokens.subList(1, tokens.size() - 1)).all();
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
            return new Reader(tokens).all().text();
        }
        List<Token> target = parts.get(0);
        if (target.stream().anyMatch(token -> token.is("."))) {
            throw new ArchiveException(where + " keeps something between calls (" + Token.join(target)
                    + "), so that one row would depend on those before it. Call model.eval() before the archive is made, and"
                    + " keep no state.");
        }
        Value value = new Reader(parts.get(1)).all();
        if (target.size() > 1) {
            target.forEach(each -> known.remove(each.text()));
            return new Reader(target).all().text() + " = " + value.text();
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

    /** Reads expressions from left to right. */
    private final class Reader {
        private final List<Token> tokens;
        private int at;

        Reader(List<Token> tokens) {
            this.tokens = tokens;
        }

        /** The value of all of it. */
        Value all() {
            List<Value> values = new ArrayList<>();
            while (at < tokens.size()) {
                values.add(next());
            }
            if (values.size() == 1) {
                return values.get(0);
            }
            StringBuilder line = new StringBuilder();
            values.forEach(each -> Token.append(line, each.text()));
            return new Value.Text(line.toString());
        }

        private Value next() {
            Token token = tokens.get(at++);
            Value value = first(token);
            boolean operand = token.isName() || token.kind() == Token.Kind.TEXT || token.is("(") || token.is("[");
            while (operand && at < tokens.size()) {
                if (isNext(".")) {
                    value = member(value, tokens.get(at + 1).text());
                    at += 2;
                } else if (isNext("(")) {
                    value = call(value, arguments());
                } else if (isNext("[")) {
                    value = new Value.Text(value.text() + "[" + inside() + "]");
                } else {
                    break;
                }
            }
            return value;
        }

        private Value first(Token token) {
            if (token.is("(")) {
                at--;
                List<Token> within = tokens.subList(at + 1, Brackets.closing(tokens, at));
                at += within.size() + 2;
                Value value = new Reader(within).all();
                return value instanceof Value.Text text ? new Value.Text("(" + text.source() + ")") : value;
            } else if (token.is("[") || token.is("{")) {
                at--;
                String close = token.is("[") ? "]" : "}";
                return new Value.Text(token.text() + inside() + close);
            } else if (!token.isName()) {
                return new Value.Text(token.text());
            } else if (token.is("getattr") && isNext("(")) {
                List<List<Token>> parts = Brackets.split(bracketed(), ",");
                return member(
                        new Reader(parts.get(0)).all(),
                        ScriptClass.unquoted(parts.get(1).get(0).text()));
            } else if (token.is("torch") && isNext(".")) {
                return operator();
            } else if (token.is("__torch__") || token.is("CONSTANTS") || token.is("ops")) {
                return rewriter.global(dotted(), where);
            } else if ((token.is("print") || token.is("fork") || token.is("awaitable")) && isNext("(")) {
                throw new ArchiveException(where + " calls " + token.text() + ", which reaches out of the computation:"
                        + " what rows hold could leave by it. Take it out of the model.");
            }
            Value value = known.get(token.text());
            return value == null || value instanceof Value.Literal ? new Value.Text(token.text()) : value;
        }

        private Value operator() {
            String name = tokens.get(at + 1).text();
            at += 2;
            return isNext("(")
                    ? new Value.Text(Operators.call(name, arguments(), where))
                    : new Value.Text("torch." + name);
        }

        private Value member(Value value, String name) {
            return value instanceof Value.Module module
                    ? rewriter.member(module.object(), name)
                    : new Value.Text(value.text() + "." + name);
        }

        private Value call(Value value, List<Value> arguments) {
            List<String> texts = new ArrayList<>();
            if (!(value instanceof Value.Text)) {
                texts.add(WEIGHTS);
            }
            arguments.forEach(each -> texts.add(each.text()));
            return new Value.Text(rewriter.callee(value) + "(" + String.join(", ", texts) + ")");
        }

        private List<Value> arguments() {
            List<Value> values = new ArrayList<>();
            Brackets.split(bracketed(), ",").forEach(each -> values.add(new Reader(each).all()));
            return values;
        }

        private String inside() {
            return new Reader(bracketed()).all().text();
        }

        /** What stands in the brackets that begin here; goes on behind them. */
        private List<Token> bracketed() {
            int close = Brackets.closing(tokens, at);
            List<Token> within = tokens.subList(at + 1, close);
            at = close + 1;
            return within;
        }

        /** A name with dots that began one token before. */
        private String dotted() {
            StringBuilder name = new StringBuilder(tokens.get(at - 1).text());
            while (isNext(".")) {
                name.append('.').append(tokens.get(at + 1).text());
                at += 2;
            }
            return name.toString();
        }

        private boolean isNext(String sign) {
            return at < tokens.size() && tokens.get(at).is(sign);
        }
    }
}
