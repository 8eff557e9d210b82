package dev.sotto.core.archive;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads one expression of an archive's code from left to right, and rewrites it on the way. */
final class ExpressionReader {
    /** What serialized TorchScript calls by a bare name and stays within the computation. */
    private static final Set<String> BUILT_IN = Set.of(
            "annotate",
            "unchecked_cast",
            "uninitialized",
            "isinstance",
            "range",
            "bool",
            "int",
            "float",
            "complex",
            "str");

    private final ArchiveRewriter rewriter;
    private final String where;
    private final Map<String, Value> known;
    private final List<Token> tokens;
    private int at;

    /**
     * @param where the module whose code it is, for messages
     * @param known what is known of names
     */
    ExpressionReader(ArchiveRewriter rewriter, String where, Map<String, Value> known, List<Token> tokens) {
        this.rewriter = rewriter;
        this.where = where;
        this.known = known;
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

    private Value value(List<Token> part) {
        return new ExpressionReader(rewriter, where, known, part).all();
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
            Value value = value(bracketed());
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
                    value(parts.get(0)),
                    ScriptClass.unquoted(parts.get(1).get(0).text()));
        } else if (token.is("torch") && isNext(".")) {
            return operator();
        } else if (token.is("__torch__") || token.is("CONSTANTS") || token.is("ops")) {
            return rewriter.global(dotted(), where);
        } else if (isNext("(") && !known.containsKey(token.text()) && !BUILT_IN.contains(token.text())) {
            throw new ArchiveException(
                    where + " calls " + token.text() + ", which is no computation on tensors and may reach"
                            + " out of it (print, fork, remote calls): what rows hold could leave by it. Take it out of the model.");
        }
        Value value = known.get(token.text());
        return value == null || value instanceof Value.Literal ? new Value.Text(token.text()) : value;
    }

    private Value operator() {
        String name = tokens.get(at + 1).text();
        at += 2;
        if (!isNext("(")) {
            return new Value.Text("torch." + name);
        }
        List<Value> arguments = arguments();
        String call = Operators.call(name, arguments, where);
        return Operators.isView(name, arguments) ? new Value.Tensor(call) : new Value.Text(call);
    }

    private Value member(Value value, String name) {
        return value instanceof Value.Module module
                ? rewriter.member(module.object(), name)
                : new Value.Text(value.text() + "." + name);
    }

    private Value call(Value value, List<Value> arguments) {
        List<String> texts = new ArrayList<>();
        if (!(value instanceof Value.Text)) {
            texts.add(Translation.WEIGHTS);
        }
        arguments.forEach(each -> texts.add(each.text()));
        return new Value.Text(rewriter.callee(value) + "(" + String.join(", ", texts) + ")");
    }

    private List<Value> arguments() {
        List<Value> values = new ArrayList<>();
        Brackets.split(bracketed(), ",").forEach(each -> values.add(value(each)));
        return values;
    }

    private String inside() {
        return value(bracketed()).text();
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
