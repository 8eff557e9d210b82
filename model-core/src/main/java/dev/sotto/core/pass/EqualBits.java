package dev.sotto.core.pass;

import dev.sotto.core.batch.Batch;
import dev.sotto.core.batch.FeatureBatch;
import dev.sotto.core.engine.DeviceMemoryException;
import dev.sotto.core.folder.Sha256;
import dev.sotto.core.folder.Slot;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Finds out in passes of which size every row gets the same bits, whatever rows are beside it and wherever it stands.
 *
 * <p>A float sum depends on the order of its terms, and libraries choose kernels, and with them orders, by the size of a batch:
 * a matrix of one or two rows, say, is multiplied in another order than a larger one. Within a kernel a row's numbers are
 * computed from that row alone. So sizes are compared with one of four rows by trying: noise of the same shape, one row of it
 * at every place, and at some among others. That is evidence about the machine at hand, not a proof. It is strong where
 * much is computed of a row: another order then shows in nearly every number. A head by itself is tried on more rows; and tiny
 * models, in whose short sums another order may show too rarely, are computed a row at a time.
 *
 * <p>A size that does not agree, or does not fit into memory, is not used, and where that of four disagrees with itself, rows are
 * computed one at a time. Where it does not fit, that is an error: to compute one at a time then would make the bits depend on how
 * much memory others have left.
 */
public final class EqualBits implements PassSizes {
    private static final int REFERENCE = 4; // rows of the pass that the others are compared with
    private static final int MOST_FILLED = 8; // one row in so many
    private static final long TRIED = -1; // the seed of the row that is compared; further trials go down, other rows up

    private static final long FEW_NUMBERS = 2_500; // in all biases and norms; the smallest models in use have some more
    private static final int TRIALS_OF_A_HEAD = 16;

    private final boolean tiny;
    private final Function<Batch, float[]> computation;
    private final ConcurrentHashMap<Object, Boolean> agrees = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Object, String> references = new ConcurrentHashMap<>();

    /** Sizes of a shape that have been looked at. */
    private record Shape(Class<?> kind, List<Integer> row, int rows) {
        static Shape of(Batch like, int rows) {
            return new Shape(like.getClass(), like.rowShape(), rows);
        }
    }

    /**
     * For a model.
     *
     * @param parameters of the model whose rows they are
     * @param computation of each row of a batch, {@code [rows * d]}
     */
    public static EqualBits of(List<Slot> parameters, Function<Batch, float[]> computation) {
        long numbersInVectors = parameters.stream()
                .filter(slot -> slot.shape().size() == 1)
                .mapToLong(Slot::size)
                .sum();
        return new EqualBits(numbersInVectors < FEW_NUMBERS, computation);
    }

    /**
     * @param tiny whether the model is so small that rows are computed one at a time
     */
    EqualBits(boolean tiny, Function<Batch, float[]> computation) {
        this.tiny = tiny;
        this.computation = computation;
    }

    /**
     * See {@link PassSizes#rowsTogether}.
     *
     * @throws DeviceMemoryException if not even four rows fit
     */
    @Override
    public int rowsTogether(Batch like, int waiting, int most) {
        if (tiny || most < REFERENCE || !agrees(like, REFERENCE)) {
            return 1;
        }
        int size = wanted(like, waiting, most);
        while (!agrees(like, size)) {
            size = size < REFERENCE ? size + 1 : largest(size - 1);
        }
        return size;
    }

    /**
     * Filled up by at most an eighth, or where the rows that are left over would not cost less; cut into several passes otherwise.
     */
    private int wanted(Batch like, int waiting, int most) {
        int size = largest(Math.min(waiting, most));
        int rest = waiting - size;
        if (rest == 0 || size == largest(most)) {
            return size;
        }
        int filled = larger(size);
        boolean littleToFill = (filled - waiting) * MOST_FILLED <= filled;
        return littleToFill || filled - size <= rowsTogether(like, rest, most) ? filled : size;
    }

    /** The sizes are 1, 2, 3, 4, 6, 8, 12, 16 and so on. */
    private static int largest(int most) {
        int step = Math.max(1, Integer.highestOneBit(most) / 2);
        return most / step * step;
    }

    private static int larger(int size) {
        return size + Math.max(1, Integer.highestOneBit(size) / 2);
    }

    private boolean agrees(Batch like, int rows) {
        return agrees.computeIfAbsent(Shape.of(like, rows), shape -> {
            String wanted = references.computeIfAbsent(Shape.of(like, REFERENCE), four -> tried(like, REFERENCE, 0));
            try {
                return wanted.equals(tried(like, rows, IntStream.range(0, rows).toArray()))
                        && wanted.equals(tried(like, rows, (rows - 1) / 2, rows - 1));
            } catch (DeviceMemoryException tooLarge) {
                return false;
            }
        });
    }

    /**
     * See {@link PassSizes#tooLarge}. Below four rows there may be no size with the same bits:
     * rows of this shape that were computed before would then have been computed in another way.
     */
    @Override
    public boolean tooLarge(Batch like, int rows) {
        return rows > REFERENCE && agrees.replace(Shape.of(like, rows), false) != null;
    }

    /** A hash of what is computed of the row, which stands at these places among others; no hash if it is not the same at all of them. */
    private String tried(Batch like, int rows, int... places) {
        int trials = like instanceof FeatureBatch ? TRIALS_OF_A_HEAD : 1;
        return IntStream.range(0, trials)
                .mapToObj(trial -> tried(like, rows, trial, places))
                .collect(Collectors.joining());
    }

    private String tried(Batch like, int rows, int trial, int[] places) {
        int first = places[0];
        long[] seeds = LongStream.range(0, rows)
                .map(row -> (trial * (long) rows + first) * rows + row)
                .toArray();
        for (int place : places) {
            seeds[place] = TRIED - trial;
        }
        float[] all = computation.apply(like.noise(seeds));
        int d = all.length / rows;
        boolean same = Arrays.stream(places)
                .allMatch(place -> Arrays.equals(all, first * d, (first + 1) * d, all, place * d, (place + 1) * d));
        return same ? Sha256.of(all, first * d, d) : "different";
    }
}
