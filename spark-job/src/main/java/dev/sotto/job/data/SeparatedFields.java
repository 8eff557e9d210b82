package dev.sotto.job.data;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Fields of a line, cut at separators. A field may stand in quotes, as RFC 4180 has it: separators in it are text, and a quote in it
 * stands behind an escape, which is by default another quote. A quote ends on its line: one that is never closed breaks that line and
 * no other. Quotes that neither begin nor end a whole field are text.
 *
 * @param quote {@link #NONE} if quotes are text
 * @param nullValue what a field without a value holds, beside nothing at all; empty for that alone
 */
record SeparatedFields(char separator, char quote, char escape, String nullValue) implements Serializable {

    /** A letter that does not occur. */
    static final char NONE = '\uFFFF';

    /**
     * The fields of a line.
     *
     * @param most how many are looked at; further ones are left out
     * @return null if a quote is not closed
     */
    @Nullable
    List<@Nullable String> of(String line, int most) {
        List<@Nullable String> fields = new ArrayList<>();
        int at = 0;
        while (true) {
            int end = at;
            String quoted = null;
            if (at < line.length() && line.charAt(at) == quote) {
                var text = new StringBuilder();
                end = unquote(line, at + 1, text);
                if (end < 0) {
                    return null;
                }
                quoted = end == line.length() || line.charAt(end) == separator ? text.toString() : null;
            }
            if (quoted == null) {
                int next = line.indexOf(separator, at);
                end = next < 0 ? line.length() : next;
            }
            String bare = quoted == null ? line.substring(at, end) : quoted;
            boolean missing = bare.isEmpty() ? quoted == null : bare.equals(nullValue);
            fields.add(missing ? null : bare);
            if (end == line.length() || fields.size() == most) {
                return fields;
            }
            at = end + 1;
        }
    }

    /** Takes in a quoted field's text; gives the place behind its closing quote, -1 if there is none. */
    private int unquote(String line, int from, StringBuilder text) {
        for (int i = from; i < line.length(); i++) {
            char letter = line.charAt(i);
            char next = i + 1 < line.length() ? line.charAt(i + 1) : NONE;
            if (letter == escape && (next == quote || next == escape)) {
                text.append(next);
                i++;
            } else if (letter == quote) {
                return i + 1;
            } else {
                text.append(letter);
            }
        }
        return -1;
    }
}
