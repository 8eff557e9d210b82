package dev.sotto.core.archive;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One statement, or the head of a block, of TorchScript source; what is wrapped inside brackets is one line.
 *
 * @param indent blanks in front
 */
record Line(int indent, List<Token> tokens) {
    private static final Pattern TOKEN = Pattern.compile("(?<blank>[ \\t]+|#[^\\n]*)"
            + "|(?<end>\\r?\\n)"
            + "|(?<text>\"(?:[^\"\\\\\\n]|\\\\.)*\"|'(?:[^'\\\\\\n]|\\\\.)*')"
            + "|(?<number>(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?j?)"
            + "|(?<name>[A-Za-z_][A-Za-z_0-9]*)"
            + "|(?<sign>->|==|!=|<=|>=|//|\\*\\*|<<|>>|[-+*/%@&|^~<>=()\\[\\]{},.:])");

    Line {
        tokens = List.copyOf(tokens);
    }

    /** All lines of a file. */
    static List<Line> of(String source) {
        List<Line> lines = new ArrayList<>();
        List<Token> tokens = new ArrayList<>();
        int indent = 0;
        int depth = 0;
        int lineBegin = 0;
        Matcher next = TOKEN.matcher(source);
        int at = 0;
        while (at < source.length()) {
            if (!next.find(at) || next.start() != at) {
                throw new ArchiveException("The archive's code holds something that is no TorchScript as PyTorch writes"
                        + " it: \"" + source.substring(lineBegin, Math.min(source.length(), at + 1))
                        + "\". Save the archive again with torch.jit.save.");
            }
            at = next.end();
            if (next.group("end") != null) {
                if (depth == 0 && !tokens.isEmpty()) {
                    lines.add(new Line(indent, tokens));
                    tokens = new ArrayList<>();
                }
                lineBegin = at;
            } else if (next.group("blank") == null) {
                indent = tokens.isEmpty() ? next.start() - lineBegin : indent;
                Token token = token(next);
                depth += token.is("(") || token.is("[") || token.is("{") ? 1 : 0;
                depth -= token.is(")") || token.is("]") || token.is("}") ? 1 : 0;
                tokens.add(token);
            }
        }
        if (!tokens.isEmpty()) {
            lines.add(new Line(indent, tokens));
        }
        return lines;
    }

    private static Token token(Matcher match) {
        for (Token.Kind kind : Token.Kind.values()) {
            String found = match.group(kind.name().toLowerCase(Locale.ROOT));
            if (found != null) {
                return new Token(kind, found);
            }
        }
        throw new IllegalStateException("A token of no kind: " + match.group());
    }

    boolean beginsWith(String word) {
        return tokens.get(0).is(word);
    }

    /** Whether a block follows. */
    boolean opensBlock() {
        return tokens.get(tokens.size() - 1).is(":");
    }
}
