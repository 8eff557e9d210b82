package dev.sotto.core.model;

import dev.sotto.core.batch.Batch;
import dev.sotto.core.engine.DeviceMemoryException;
import dev.sotto.core.train.PassSizes;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.LongStream;

/**
 * Finds out in passes of which size every row gets the same bits, whatever rows are beside it and wherever it stands.
 *
 * <p>A float sum depends on the order of its terms, and libraries choose kernels, and with them orders, by the size of a batch:
 * a matrix of one or two rows, say, is multiplied in another order than a larger one. Within a kernel a row's numbers are
 * computed from that row alone. So sizes are compared with the smallest one by trying: noise of the same shape, one row of it
 * at several places, among others and beside itself. That is evidence about the machine at hand, not a proof. A size that does not agree, or does not fit into memory, is not used, and
 * where the smallest disagrees with itself, rows are computed one at a time. Where it does not fit, that is an error: to compute one at
 * a time then would make the bits depend on how much memory others have left.
 */
final class EqualBits implements PassSizes {
    private static final int SMALLEST = 4;
    private static final long TRIED = -1; // the seed of the row that is compared; the others are 0, 1, 2, ...

    private final Function<Batch, float[]> computation;
    private final ConcurrentHashMap<Object, Boolean> agrees = new ConcurrentHashMap<>();

    /** Sizes of a shape that have been looked at. */
    private record Shape(Class<?> kind, List<Integer> row, int rows) {
        static Shape of(Batch like, int rows) {
            return new Shape(like.getClass(), like.rowShape(), rows);
        }
    }

    /**
     * @param computation of each row of a batch, {@code [rows * d]}
     */
    EqualBits(Function<Batch, float[]> computation) {
        this.computation = computation;
    }

    /**
     * See {@link PassSizes#rowsTogether}.
     *
     * @throws DeviceMemoryException if not even the smallest size fits
     */
    @Override
    public int rowsTogether(Batch like, int waiting, int most) {
        if (most < SMALLEST || !agrees(like, SMALLEST)) {
            return 1;
        }
        int size = largest(most);
        while (size > SMALLEST && smaller(size) >= waiting) {
            size = smaller(size);
        }
        while (!agrees(like, size)) {
            size = smaller(size);
        }
        return size;
    }

    /** The sizes are 4, 5, 6, 7, 8, 10, 12, 14, 16 and so on: beyond the smallest, less than a fifth of a pass is filled up. */
    private static int largest(int most) {
        int step = Integer.highestOneBit(most) / 4;
        return most / step * step;
    }

    private static int smaller(int size) {
        return largest(size - 1);
    }

    private boolean agrees(Batch like, int rows) {
        return agrees.computeIfAbsent(Shape.of(like, rows), shape -> {
            float[] wanted = tried(like, SMALLEST, 0, 0);
            try {
                return Arrays.equals(wanted, tried(like, rows, 0, rows / 2))
                        && Arrays.equals(wanted, tried(like, rows, rows / 2 - 1, rows - 1));
            } catch (DeviceMemoryException tooLarge) {
                return false;
            }
        });
    }

    /**
     * See {@link PassSizes#tooLarge}. Of the smallest size there is no smaller one with the same bits:
     * rows of this shape that were computed before would then have been computed in another way.
     */
    @Override
    public boolean tooLarge(Batch like, int rows) {
        return rows > SMALLEST && agrees.replace(Shape.of(like, rows), false) != null;
    }

    /** What is computed of the row, which stands at both places; nothing if they differ. */
    private float[] tried(Batch like, int rows, int first, int second) {
        long[] seeds =
                LongStream.range(0, rows).map(row -> rows * (long) second + row).toArray();
        seeds[first] = TRIED;
        seeds[second] = TRIED;
        float[] all = computation.apply(like.noise(seeds));
        int d = all.length / rows;
        float[] row = Arrays.copyOfRange(all, first * d, (first + 1) * d);
        boolean same = Arrays.equals(row, Arrays.copyOfRange(all, second * d, (second + 1) * d));
        return same ? row : new float[0];
    }
}
