package dev.sotto.job.data;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Rows that somebody wrote who wants to reach other rows, or to end the run. */
final class HostileRows {
    /** What reaches over: quotes, separators, escapes, brackets, ends of lines, letters that do not show. */
    private static final List<String> PIECES = List.of(
            "\"",
            "\"\"",
            "'",
            "\\",
            "\\\"",
            ",",
            "\t",
            ";",
            "{",
            "}",
            "[",
            "]",
            ":",
            "null",
            "1.50",
            "1e999",
            "NaN",
            "\r",
            "\0",
            "\u001a",
            "\ufeff",
            "\u2028",
            "\ud83d\ude00",
            "#",
            "//",
            "/*",
            "word3",
            "yes",
            " ",
            "\b",
            "\\u0000",
            "\\n",
            "a");

    private HostileRows() {}

    /** Values of one column. */
    static List<@Nullable String> values(long seed) {
        List<@Nullable String> values = new ArrayList<>();
        values.add(null);
        values.addAll(List.of(
                "",
                " ",
                "\"",
                "\"unclosed",
                "closed\"",
                "a\nb",
                "a\r\nb",
                "null",
                "NULL",
                "1.50",
                "1e999",
                "-0",
                "NaN",
                "Infinity",
                "[]",
                "{}",
                "\0",
                "\ud800",
                "2025-01-01",
                "true",
                "x".repeat(300_000),
                "1".repeat(5_000)));
        Random random = new Random(seed);
        for (int i = 0; i < 20; i++) {
            values.add(pieces(random, 1 + random.nextInt(30)));
        }
        return values;
    }

    /**
     * Whole lines of a file, each of which is one or more records or none.
     *
     * @param header that of the file
     */
    static List<byte[]> lines(long seed, String header) {
        List<String> lines = new ArrayList<>(List.of(
                "\"",
                "\"unclosed, and more",
                "hostile,\"unclosed",
                "hostile\t\"unclosed",
                "hostile,\"a\"b\",c",
                "\"\"\"",
                ",",
                "\t",
                ",".repeat(30_000),
                "\t".repeat(30_000),
                "a,".repeat(30_000),
                "\"".repeat(30_001),
                "hostile," + "x".repeat(300_000),
                header,
                " " + header,
                "#comment",
                " ",
                "\\",
                "hostile,\\\"a,\\",
                "\ufeff" + header,
                "NA,NA,NA,NA,NA,NA,NA,NA",
                "{",
                "}",
                "[",
                "[[]]",
                "null",
                "7",
                "\"text\"",
                "{}",
                "{}{}",
                "{\"text\": \"word1\"} {\"text\": \"word2\"}",
                "[{\"text\": \"word1\", \"label\": \"yes\"}, {\"text\": \"word2\", \"label\": \"no\"}]",
                "{\"text\": \"word1\", \"label\": 1.50}",
                "{\"text\": [\"word1\"], \"words\": \"word1\", \"topics\": {\"a\": 1}}",
                "{\"text\": {\"a\": \"word1\"}, \"score\": \"1.5\", \"label\": true}",
                "{\"text\": \"word1\", \"text\": \"word2\"}",
                "{\"score\": 1e999999}",
                "{\"score\": " + "1".repeat(3_000) + "}",
                "{\"score\": NaN, \"label\": -Infinity}",
                "{\"text\": " + "[".repeat(3_000) + "]".repeat(3_000) + "}",
                "{\"text\": \"word1\"",
                "{\"text\": \"\\ud800\"}",
                "{\"text\": \"\\x\"}",
                "{'text': 'word1'}",
                "{text: word1}",
                "{\"TEXT\": \"word9\", \"Label\": \"yes\"}",
                "{" + "\"k\": 1, ".repeat(30_000) + "\"text\": \"word1\"}"));
        Random random = new Random(seed);
        for (int i = 0; i < 30; i++) {
            lines.add(pieces(random, 1 + random.nextInt(60)));
        }
        List<byte[]> bytes = new ArrayList<>();
        lines.forEach(line -> bytes.add(line.getBytes(StandardCharsets.UTF_8)));
        bytes.add(new byte[] {'"', (byte) 0xff, (byte) 0xc3, 0x28, ',', (byte) 0xed, (byte) 0xa0, (byte) 0x80});
        byte[] noise = new byte[300];
        random.nextBytes(noise);
        bytes.add(new String(noise, StandardCharsets.ISO_8859_1)
                .replace('\n', ' ')
                .getBytes(StandardCharsets.ISO_8859_1));
        return bytes;
    }

    private static String pieces(Random random, int count) {
        var line = new StringBuilder();
        for (int i = 0; i < count; i++) {
            line.append(PIECES.get(random.nextInt(PIECES.size())));
        }
        return line.toString();
    }
}
