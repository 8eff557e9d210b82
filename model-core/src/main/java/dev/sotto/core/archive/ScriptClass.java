package dev.sotto.core.archive;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A class of an archive's code.
 *
 * @param isModule whether it is a module: other classes are not rewritten
 * @param types of its attributes by name
 * @param parameters names of the attributes that are parameters
 * @param buffers names of the attributes that are buffers
 */
record ScriptClass(
        boolean isModule,
        Map<String, String> types,
        Set<String> parameters,
        Set<String> buffers,
        Map<String, ScriptFunction> methods) {

    /** From {@code class NAME(Module):} and what follows. */
    static ScriptClass of(Line head, List<Line> body) {
        boolean isModule = head.tokens().size() > 3 && head.tokens().get(3).is("Module");
        var found = new ScriptClass(
                isModule, new LinkedHashMap<>(), new LinkedHashSet<>(), new LinkedHashSet<>(), new LinkedHashMap<>());
        for (int i = 0; i < body.size(); i++) {
            Line line = body.get(i);
            if (line.beginsWith("def")) {
                int end = Blocks.end(body, i, body.size());
                ScriptFunction method = ScriptFunction.of(line, body.subList(i + 1, end));
                found.methods.put(method.name(), method);
                i = end - 1;
            } else {
                found.declare(line.tokens());
            }
        }
        return found;
    }

    /** {@code __parameters__ = [...]}, {@code __annotations__["NAME"] = TYPE}, or {@code NAME : TYPE}. */
    private void declare(List<Token> tokens) {
        String first = tokens.get(0).text();
        if (first.equals("__parameters__")) {
            parameters.addAll(texts(tokens));
        } else if (first.equals("__buffers__")) {
            buffers.addAll(texts(tokens));
        } else if (first.equals("__annotations__")) {
            types.put(unquoted(tokens.get(2).text()), Token.joinType(tokens.subList(5, tokens.size())));
        } else if (tokens.size() > 2 && tokens.get(1).is(":")) {
            types.put(
                    first,
                    Token.joinType(Brackets.split(tokens.subList(2, tokens.size()), "=")
                            .get(0)));
        }
    }

    private static List<String> texts(List<Token> tokens) {
        List<String> texts = new ArrayList<>();
        tokens.stream()
                .filter(each -> each.kind() == Token.Kind.TEXT)
                .forEach(each -> texts.add(unquoted(each.text())));
        return texts;
    }

    static String unquoted(String text) {
        return text.substring(1, text.length() - 1);
    }
}
