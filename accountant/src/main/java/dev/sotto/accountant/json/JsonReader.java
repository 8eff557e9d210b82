package dev.sotto.accountant.json;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Recursive descent over RFC 8259; strict: no comments, no trailing commas, no repeated keys, at most 100 levels. */
final class JsonReader {
    private static final int MAX_DEPTH = 100;

    private final String text;
    private int at;
    private int depth;

    JsonReader(String text) {
        this.text = text;
    }

    Object document() {
        Object value = value();
        blank();
        if (at < text.length()) {
            throw fault("nothing more");
        }
        return value;
    }

    private Object value() {
        blank();
        char c = peek();
        if (c == '{' || c == '[') {
            if (++depth > MAX_DEPTH) {
                throw fault("at most " + MAX_DEPTH + " nested levels");
            }
            Object nested = c == '{' ? object() : array();
            depth--;
            return nested;
        }
        if (c == '"') {
            return string();
        }
        if (c == '-' || (c >= '0' && c <= '9')) {
            return number();
        }
        if (word("true")) {
            return true;
        }
        if (word("false")) {
            return false;
        }
        if (word("null")) {
            return Json.NULL;
        }
        throw fault("a JSON value");
    }

    private Map<String, Object> object() {
        Map<String, Object> map = new LinkedHashMap<>();
        expect('{');
        blank();
        while (peek() != '}') {
            if (!map.isEmpty()) {
                expect(',');
                blank();
            }
            if (peek() != '"') {
                throw fault("a key in double quotes");
            }
            String key = string();
            blank();
            expect(':');
            if (map.put(key, value()) != null) {
                throw fault("each key once, and \"" + key + "\" came twice,");
            }
            blank();
        }
        expect('}');
        return map;
    }

    private List<Object> array() {
        List<Object> list = new ArrayList<>();
        expect('[');
        blank();
        while (peek() != ']') {
            if (!list.isEmpty()) {
                expect(',');
            }
            list.add(value());
            blank();
        }
        expect(']');
        return list;
    }

    private String string() {
        StringBuilder out = new StringBuilder();
        expect('"');
        while (peek() != '"') {
            char c = text.charAt(at++);
            if (c < 0x20) {
                throw fault("no raw control characters in a string");
            }
            out.append(c == '\\' ? escape() : c);
        }
        at++;
        return out.toString();
    }

    private char escape() {
        char c = peek();
        at++;
        int index = "\"\\/bfnrt".indexOf(c);
        if (index >= 0) {
            return "\"\\/\b\f\n\r\t".charAt(index);
        }
        if (c != 'u' || at + 4 > text.length()) {
            throw fault("an escape sequence");
        }
        int code = 0;
        for (int i = 0; i < 4; i++) {
            int digit = Character.digit(text.charAt(at++), 16);
            if (digit < 0) {
                throw fault("four hexadecimal digits");
            }
            code = 16 * code + digit;
        }
        return (char) code;
    }

    private Number number() {
        int start = at;
        if (peek() == '-') {
            at++;
        }
        digits(start);
        boolean whole = true;
        if (at < text.length() && text.charAt(at) == '.') {
            whole = false;
            at++;
            digits(start);
        }
        if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
            whole = false;
            at++;
            if (peek() == '+' || peek() == '-') {
                at++;
            }
            digits(start);
        }
        String written = text.substring(start, at);
        if (whole && written.length() <= 18) {
            return Long.parseLong(written);
        }
        return Double.parseDouble(written);
    }

    private void digits(int start) {
        int first = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        if (at == first) {
            throw fault("a digit in the number that begins at " + start);
        }
    }

    private boolean word(String word) {
        boolean found = text.startsWith(word, at);
        at += found ? word.length() : 0;
        return found;
    }

    private void blank() {
        while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private void expect(char c) {
        if (peek() != c) {
            throw fault("'" + c + "'");
        }
        at++;
    }

    private char peek() {
        if (at >= text.length()) {
            throw fault("more text");
        }
        return text.charAt(at);
    }

    private JsonException fault(String expected) {
        String found = at < text.length() ? "'" + text.charAt(at) + "'" : "the end of the text";
        return new JsonException("expected " + expected + " at position " + at + ", found " + found);
    }
}
