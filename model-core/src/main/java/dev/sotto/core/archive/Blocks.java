package dev.sotto.core.archive;

import java.util.List;

/** Where blocks of lines end. */
final class Blocks {
    private Blocks() {}

    /** Where the block that a line opens ends: the first line behind it, before {@code most}, that is not indented further. */
    static int end(List<Line> lines, int head, int most) {
        int end = head + 1;
        while (end < most && lines.get(end).indent() > lines.get(head).indent()) {
            end++;
        }
        return end;
    }
}
