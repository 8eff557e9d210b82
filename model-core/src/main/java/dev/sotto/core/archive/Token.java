package dev.sotto.core.archive;

import java.util.List;
import java.util.Set;

/** One word, number, text or sign of TorchScript source, as written. */
record Token(Kind kind, String text) {

    enum Kind {
        NAME,
        NUMBER,
        TEXT,
        SIGN
    }

    private static final Set<String> KEYWORDS = Set.of(
            "return",
            "if",
            "elif",
            "else",
            "while",
            "for",
            "in",
            "not",
            "and",
            "or",
            "is",
            "pass",
            "with",
            "as",
            "assert",
            "break",
            "continue",
            "raise");

    boolean is(String sign) {
        return kind != Kind.TEXT && text.equals(sign);
    }

    /** Whether it names a variable, function or member. */
    boolean isName() {
        return kind == Kind.NAME && !KEYWORDS.contains(text);
    }

    /** Source again, on one line. */
    static String join(List<Token> tokens) {
        StringBuilder line = new StringBuilder();
        for (Token token : tokens) {
            append(line, token.text());
        }
        return line.toString();
    }

    /** A type as it is written: {@code Dict[str, Tensor]}. */
    static String joinType(List<Token> tokens) {
        return join(tokens).replace(" [", "[");
    }

    /** Appends a piece of source, apart from what stands before it where the two would run together. */
    static void append(StringBuilder line, String piece) {
        boolean tight = line.length() == 0
                || "([.".indexOf(line.charAt(line.length() - 1)) >= 0
                || (!piece.isEmpty() && ")],.:".indexOf(piece.charAt(0)) >= 0);
        line.append(tight ? "" : " ").append(piece);
    }
}
