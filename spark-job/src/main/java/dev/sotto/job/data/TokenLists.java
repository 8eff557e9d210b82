package dev.sotto.job.data;

import dev.sotto.core.batch.EncodedText;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.jspecify.annotations.Nullable;

/** Writes one list of token ids a row, and one of segments where they are kept. */
final class TokenLists {
    private static final int[] NONE = {};

    private final VectorSchemaRoot root;
    private final boolean segments;
    private int tokens;

    TokenLists(VectorSchemaRoot root, boolean segments) {
        this.root = root;
        this.segments = segments;
    }

    /** The next row's tokens; none for a row that could not be encoded. */
    void write(@Nullable EncodedText text, int index) {
        if (text == null) {
            write(NONE, NONE, index);
        } else {
            write(text.ids(), text.typeIds(), index);
        }
    }

    /** The next row's tokens, with the segment of each. */
    void write(int[] ids, int[] types, int index) {
        var idList = (ListVector) root.getVector(RowLayout.Tokens.IDS);
        var idValues = (IntVector) idList.getDataVector();
        idList.startNewValue(index);
        for (int i = 0; i < ids.length; i++) {
            idValues.setSafe(tokens + i, ids[i]);
        }
        idList.endValue(index, ids.length);
        if (segments) {
            var segmentList = (ListVector) root.getVector(RowLayout.Tokens.SEGMENTS);
            var segmentValues = (TinyIntVector) segmentList.getDataVector();
            segmentList.startNewValue(index);
            for (int i = 0; i < types.length; i++) {
                segmentValues.setSafe(tokens + i, types[i]);
            }
            segmentList.endValue(index, types.length);
        }
        tokens += ids.length;
    }
}
