package dev.sotto.core.batch;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What rows are put into to be asked about, such as {@code {text} It was {mask}.}: the text once, the mask once, a pair's second text or none. */
public final class PromptTemplate implements Serializable {
    private static final long serialVersionUID = 1L;

    private static final Pattern PLACE = Pattern.compile("\\{(text|pair|mask)}");
    private static final String TEXT = "{text}";
    private static final String PAIR = "{pair}";
    private static final String MASK = "{mask}";

    private final String written;
    private final List<String> parts; // places and what stands between them

    private PromptTemplate(String written, List<String> parts) {
        this.written = written;
        this.parts = List.copyOf(parts);
    }

    /**
     * Reads a template.
     *
     * @throws IllegalArgumentException if it has not one place for the text and one for the mask
     */
    public static PromptTemplate of(String written) {
        List<String> parts = new ArrayList<>();
        Matcher places = PLACE.matcher(written);
        int end = 0;
        while (places.find()) {
            parts.add(written.substring(end, places.start()));
            parts.add(places.group());
            end = places.end();
        }
        parts.add(written.substring(end));
        requireTimes(1, 1, TEXT, parts, written);
        requireTimes(1, 1, MASK, parts, written);
        requireTimes(0, 1, PAIR, parts, written);
        return new PromptTemplate(written, parts);
    }

    private static void requireTimes(int least, int most, String place, List<String> parts, String written) {
        long times = parts.stream().filter(place::equals).count();
        if (times < least || times > most) {
            throw new IllegalArgumentException(
                    "The prompt '" + written + "' has " + place + " " + times + " times, where "
                            + (least == most ? "one is" : "one or none is")
                            + " needed. Write one such as '{text} It was {mask}.' or, for pairs, '{text}? {mask}, {pair}'.");
        }
    }

    /** Whether it has a place for a second text. */
    public boolean hasPair() {
        return parts.contains(PAIR);
    }

    /** A range of characters (code points). */
    record Range(int from, int end) {}

    /** A row put into the template, and where its texts are. */
    record Filled(String whole, Range text, Range pair) {}

    /** Puts a row into the template; {@code mask} stands in the mask's place. */
    Filled filled(String text, @Nullable String pair, String mask) {
        StringBuilder whole = new StringBuilder();
        Range ofText = new Range(0, 0);
        Range ofPair = new Range(0, 0);
        int length = 0; // in code points
        for (String part : parts) {
            String put =
                    switch (part) {
                        case TEXT -> text;
                        case PAIR -> pair == null ? "" : pair;
                        case MASK -> mask;
                        default -> part;
                    };
            int end = length + put.codePointCount(0, put.length());
            if (part.equals(TEXT)) {
                ofText = new Range(length, end);
            } else if (part.equals(PAIR)) {
                ofPair = new Range(length, end);
            }
            whole.append(put);
            length = end;
        }
        return new Filled(whole.toString(), ofText, ofPair);
    }

    @Override
    public String toString() {
        return written;
    }
}
