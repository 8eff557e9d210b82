package dev.sotto.job.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.hadoop.io.Text;
import org.apache.hadoop.util.LineReader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinesTest {

    private static List<String> lines(Lines lines) {
        List<String> found = new ArrayList<>();
        lines.forEachRemaining(line -> found.add(new String(line, StandardCharsets.UTF_8)));
        return found;
    }

    private static Lines of(String text, @Nullable String separator, int longest) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return new Lines(
                new ByteArrayInputStream(bytes),
                separator == null ? null : separator.getBytes(StandardCharsets.UTF_8),
                longest);
    }

    /** Hadoop's own, which has no limit that can be borne. */
    private static List<String> hadoops(String text, @Nullable String separator) throws Exception {
        var bytes = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
        List<String> found = new ArrayList<>();
        try (var reader = separator == null
                ? new LineReader(bytes)
                : new LineReader(bytes, separator.getBytes(StandardCharsets.UTF_8))) {
            var line = new Text();
            while (reader.readLine(line) > 0) {
                found.add(line.toString());
            }
        }
        return found;
    }

    @Test
    void lines_areThoseOfHadoopsReader() throws Exception {
        var random = new Random(15);
        for (String separator : Arrays.asList(null, "|", "aab", "aa")) {
            for (int i = 0; i < 2_000; i++) {
                var text = new StringBuilder();
                random.ints(random.nextInt(30), 0, 6).forEach(one -> text.append("aab|\r\n".charAt(one)));
                assertThat(lines(of(text.toString(), separator, 1_000)))
                        .as("%s at %s", text, separator)
                        .isEqualTo(hadoops(text.toString(), separator));
            }
        }
    }

    /** Wherever parts begin, each line is in one of them; of long ones each is counted by one. */
    @Test
    void partsOfAFile_haveItsLinesBetweenThem() {
        var random = new Random(16);
        for (String separator : Arrays.asList(null, "|")) {
            for (int i = 0; i < 2_000; i++) {
                var text = new StringBuilder();
                random.ints(random.nextInt(30), 0, 5).forEach(one -> text.append("ab|\r\n".charAt(one)));
                byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
                List<String> found = new ArrayList<>();
                long tooLong = 0;
                for (int from = 0; from < bytes.length; ) {
                    int until = from + 1 + random.nextInt(12);
                    var part = new Lines(
                            new ByteArrayInputStream(bytes, from, bytes.length - from),
                            separator == null ? null : separator.getBytes(StandardCharsets.UTF_8),
                            6,
                            from,
                            until);
                    found.addAll(lines(part));
                    tooLong += part.tooLong();
                    from = until;
                }
                Lines whole = of(text.toString(), separator, 6);
                assertThat(found).as("%s at %s", text, separator).isEqualTo(lines(whole));
                assertThat(tooLong).isEqualTo(whole.tooLong());
            }
        }
    }

    /** Of a line that spans many parts each reads its own bytes, and little more. */
    @Test
    void lineOfManyParts_isReadOnceByAllOfThem() {
        int size = 1 << 20;
        byte[] bytes = new byte[32 * size];
        Arrays.fill(bytes, (byte) 'a');
        bytes[size / 2] = '\n';
        long read = 0;
        long tooLong = 0;
        for (int from = 0; from < bytes.length; from += size) {
            var part = new ByteArrayInputStream(bytes, from, bytes.length - from);
            var lines = new Lines(part, null, size / 4, from, from + size);
            lines.forEachRemaining(line -> assertThat(line).isEmpty());
            read += bytes.length - from - part.available();
            tooLong += lines.tooLong();
        }
        assertThat(tooLong).isEqualTo(2);
        assertThat(read).isLessThan(bytes.length * 3L / 2);
    }

    @ParameterizedTest
    @CsvSource({"'\n'", "'\r\n'", "'|'", "'<br>'"})
    void lineBeyondTheLimit_isCountedAndNoOtherIsTouched(String end) {
        String text = String.join(end, "a", "x".repeat(10), "b", "y".repeat(200_000), "z".repeat(9), "w".repeat(10));
        var lines = of(text, end.isBlank() ? null : end, 10);

        assertThat(lines(lines)).containsExactly("a", "b", "z".repeat(9));
        assertThat(lines.tooLong()).isEqualTo(3);
    }

    /** Of 2.5 GiB, for which no array has room. */
    @Test
    void lineOfGigabytes_isOneLine() {
        var bytes = new InputStream() {
            private long left = 5L << 29;
            private final InputStream rest = new ByteArrayInputStream("\nlast".getBytes(StandardCharsets.UTF_8));

            @Override
            public int read() {
                throw new UnsupportedOperationException();
            }

            @Override
            public int read(byte[] into, int from, int length) throws IOException {
                int some = (int) Math.min(length, left);
                left -= some;
                return some == 0 ? rest.read(into, from, length) : some;
            }
        };
        var lines = new Lines(bytes, null, 10);

        assertThat(lines(lines)).containsExactly("last");
        assertThat(lines.tooLong()).isOne();
    }

    @Test
    void byteOrderMark_isNoPartOfTheFirstLine() {
        assertThat(lines(of("\ufeffa\n\ufeffb", null, 10))).containsExactly("a", "\ufeffb");
    }
}
