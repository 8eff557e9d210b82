package dev.sotto.job.report;

import java.util.Map;
import java.util.stream.Collectors;

/** Bits of HTML. */
final class Html {
    private Html() {}

    /** Text that cannot be taken for mark-up. */
    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    /** A section with a heading; the body is HTML. */
    static String section(String heading, String body) {
        return "<section>\n<h2>" + escape(heading) + "</h2>\n" + body + "\n</section>\n";
    }

    /** Names and values in two columns, both text. */
    static String table(Map<String, String> rows) {
        return rows.entrySet().stream()
                .map(row -> "<tr><th>" + escape(row.getKey()) + "</th><td>" + escape(row.getValue()) + "</td></tr>\n")
                .collect(Collectors.joining("", "<table>\n", "</table>"));
    }
}
