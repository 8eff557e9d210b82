package dev.sotto.core.archive;

import java.util.ArrayList;
import java.util.List;

/** Where brackets end. */
final class Brackets {
    private Brackets() {}

    /** The place of the bracket that closes the one at a place. */
    static int closing(List<Token> tokens, int open) {
        int depth = 0;
        for (int i = open; i < tokens.size(); i++) {
            depth += opens(tokens.get(i)) ? 1 : closes(tokens.get(i)) ? -1 : 0;
            if (depth == 0) {
                return i;
            }
        }
        throw new ArchiveException(
                "The archive's code has a bracket that is never closed: save the archive again with torch.jit.save.");
    }

    /** Parts between separators that stand in no bracket; what is empty after the last is none. */
    static List<List<Token>> split(List<Token> tokens, String separator) {
        List<List<Token>> parts = new ArrayList<>();
        int depth = 0;
        int begin = 0;
        for (int i = 0; i < tokens.size(); i++) {
            depth += opens(tokens.get(i)) ? 1 : closes(tokens.get(i)) ? -1 : 0;
            if (depth == 0 && tokens.get(i).is(separator)) {
                parts.add(tokens.subList(begin, i));
                begin = i + 1;
            }
        }
        if (begin < tokens.size()) {
            parts.add(tokens.subList(begin, tokens.size()));
        }
        return parts;
    }

    private static boolean opens(Token token) {
        return token.is("(") || token.is("[") || token.is("{");
    }

    private static boolean closes(Token token) {
        return token.is(")") || token.is("]") || token.is("}");
    }
}
