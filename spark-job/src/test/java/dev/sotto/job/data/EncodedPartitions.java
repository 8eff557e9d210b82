package dev.sotto.job.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;

/** Encoded partitions made up for tests. */
public final class EncodedPartitions {

    private EncodedPartitions() {}

    /** Partitions of random token rows, lengths 3 to 14, token ids below 120, two classes, every third unit of two rows. */
    public static List<EncodedPartition> random(long seed, int partitions, int units) {
        var random = new Random(seed);
        List<EncodedPartition> made = new ArrayList<>();
        for (int p = 0; p < partitions; p++) {
            made.add(random(random, units));
        }
        return made;
    }

    private static EncodedPartition random(Random random, int units) {
        var layout = new RowLayout.Tokens(0, 16, false);
        VectorSchemaRoot root = EncodedPartition.allocate(layout.fields());
        var list = (ListVector) root.getVector(RowLayout.Tokens.IDS);
        var ids = (IntVector) list.getDataVector();
        var labels = new LabelLists(root);
        int row = 0;
        int token = 0;
        for (int unit = 0; unit < units; unit++) {
            for (int i = 0; i < (unit % 3 == 0 ? 2 : 1); i++, row++) {
                int length = 3 + random.nextInt(12);
                list.startNewValue(row);
                for (int t = 0; t < length; t++) {
                    ids.setSafe(token++, 1 + random.nextInt(119));
                }
                list.endValue(row, length);
                labels.write(new float[] {random.nextInt(2)}, row);
                ((BitVector) root.getVector(EncodedPartition.USABLE)).setSafe(row, 1);
                ((IntVector) root.getVector(EncodedPartition.UNIT)).setSafe(row, unit);
            }
        }
        root.setRowCount(row);
        return new EncodedPartition(layout, root);
    }
}
