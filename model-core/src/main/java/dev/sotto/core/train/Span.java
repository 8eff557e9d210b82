package dev.sotto.core.train;

import java.io.Serializable;

/** Some of a flat vector's numbers: [begin, end). */
public record Span(int begin, int end) implements Serializable {
    /** How many they are. */
    int length() {
        return end - begin;
    }
}
