package dev.sotto.core.archive;

import java.util.ArrayList;
import java.util.List;

/**
 * A function or method of an archive's code.
 *
 * @param parameters all of them, a method's own object first
 * @param returns the type of its result
 * @param body its lines
 */
record ScriptFunction(String name, List<Parameter> parameters, String returns, List<Line> body) {

    /**
     * A parameter.
     *
     * @param otherwise its value if none is given; empty if one must be
     */
    record Parameter(String name, String type, String otherwise) {}

    ScriptFunction {
        parameters = List.copyOf(parameters);
        body = List.copyOf(body);
    }

    /** From {@code def NAME(NAME: TYPE=VALUE, ...) -> TYPE:} and what follows. */
    static ScriptFunction of(Line head, List<Line> body) {
        List<Token> tokens = head.tokens();
        int close = Brackets.closing(tokens, 2);
        List<Parameter> parameters = new ArrayList<>();
        for (List<Token> one : Brackets.split(tokens.subList(3, close), ",")) {
            List<List<Token>> parts = Brackets.split(one, "=");
            List<Token> declared = parts.get(0);
            boolean typed = declared.size() > 2 && declared.get(1).is(":");
            parameters.add(new Parameter(
                    declared.get(0).text(),
                    typed ? Token.joinType(declared.subList(2, declared.size())) : "Tensor",
                    parts.size() > 1 ? Token.join(parts.get(1)) : ""));
        }
        boolean says = tokens.get(close + 1).is("->");
        String returns = says ? Token.joinType(tokens.subList(close + 2, tokens.size() - 1)) : "Tensor";
        return new ScriptFunction(tokens.get(1).text(), parameters, returns, body);
    }
}
