package dev.sotto.core.metrics;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * What tokens name together.
 *
 * @param type such as PER
 * @param from its first token
 * @param end the token after its last
 */
public record Span(String type, int from, int end) implements Serializable {

    /** What a token's tag says of where its span begins and ends. */
    private enum Place {
        OUTSIDE,
        INSIDE,
        BEGIN,
        LAST,
        ONLY
    }

    private record Tag(Place place, String type) {
        static final Tag OUTSIDE = new Tag(Place.OUTSIDE, "");

        static Tag of(String tag) {
            if (tag.equals("O")) {
                return OUTSIDE;
            }
            boolean prefixed = tag.length() >= 2 && tag.charAt(1) == '-';
            String type = prefixed ? tag.substring(2) : tag;
            return new Tag(
                    switch (prefixed ? tag.charAt(0) : 'I') {
                        case 'B' -> Place.BEGIN;
                        case 'I' -> Place.INSIDE;
                        case 'E', 'L' -> Place.LAST;
                        case 'S', 'U' -> Place.ONLY;
                        default ->
                            throw new IllegalArgumentException(
                                    "The tag " + tag
                                            + " begins with neither B-, I-, E-, S-, L- nor U-, so where its span begins is unknown."
                                            + " Rename it, or leave the prefix out: equal tags side by side are then one span.");
                    },
                    type);
        }

        boolean isOutside() {
            return place == Place.OUTSIDE;
        }

        /** Whether a token with this tag is of the same span as the one before it. */
        boolean continues(Tag before) {
            return !isOutside()
                    && !before.isOutside()
                    && type.equals(before.type)
                    && (place == Place.INSIDE || place == Place.LAST)
                    && (before.place == Place.INSIDE || before.place == Place.BEGIN);
        }
    }

    /**
     * The spans of one text, read as the CoNLL-2003 shared task's scorer does: a span goes on as long as the type stays the same and
     * neither a B or S begins another nor an E or S has ended it, so a span may begin with I (IOB1, IOB2 and BIOES alike, and broken
     * sequences too). L and U of BILOU are E and S; a tag without a prefix counts as I.
     *
     * @param tags one a token
     * @throws IllegalArgumentException if a prefix is of none of these schemes
     */
    public static List<Span> of(List<String> tags) {
        List<Span> spans = new ArrayList<>();
        Tag before = Tag.OUTSIDE;
        int from = 0;
        for (int i = 0; i <= tags.size(); i++) {
            Tag tag = i < tags.size() ? Tag.of(tags.get(i)) : Tag.OUTSIDE;
            if (!tag.continues(before)) {
                if (!before.isOutside()) {
                    spans.add(new Span(before.type(), from, i));
                }
                from = i;
            }
            before = tag;
        }
        return spans;
    }
}
