package dev.sotto.core.train;

import dev.sotto.core.privacy.ClippedSum;
import java.util.Arrays;

/**
 * Gathers rows' gradients, in order, into units' means, shortens their groups, and adds these to a clipped sum. The rows of a unit are added in the
 * unit's own order, wherever passes are cut between them.
 */
final class UnitMeans {
    private final int[] unitSizes;
    private final ClippedSum sum;
    private final ClippingGroups groups;
    private final float[] shortened; // [d] if there are groups, the unit that is added
    private final float[] mean; // [d], of the unit whose rows are coming
    private int unit;
    private int rowsOfUnit;

    /**
     * @param unitSizes rows of each unit, in the order in which they will come
     */
    UnitMeans(int[] unitSizes, ClippedSum sum, ClippingGroups groups, int d) {
        this.unitSizes = unitSizes;
        this.sum = sum;
        this.groups = groups;
        this.shortened = new float[groups.isJoint() ? 0 : d];
        this.mean = new float[d];
    }

    /**
     * @param gradients [at least rows * d], row-major; what follows the first {@code rows} is not looked at
     */
    void add(float[] gradients, int rows) {
        for (int row = 0; row < rows; row++) {
            if (unitSizes[unit] == 1) {
                addUnit(gradients, row * mean.length);
                unit++;
            } else {
                addRow(gradients, row * mean.length);
            }
        }
    }

    private void addRow(float[] gradients, int offset) {
        float weight = 1f / unitSizes[unit];
        for (int i = 0; i < mean.length; i++) {
            mean[i] += weight * gradients[offset + i];
        }
        rowsOfUnit++;
        if (rowsOfUnit == unitSizes[unit]) {
            addUnit(mean, 0);
            Arrays.fill(mean, 0);
            rowsOfUnit = 0;
            unit++;
        }
    }

    private void addUnit(float[] gradients, int offset) {
        if (groups.isJoint()) {
            sum.add(gradients, offset);
        } else {
            groups.shorten(gradients, offset, shortened);
            sum.add(shortened, 0);
        }
    }

    /** The sum of all units whose rows have all come. */
    ClippedSum sum() {
        return sum;
    }
}
