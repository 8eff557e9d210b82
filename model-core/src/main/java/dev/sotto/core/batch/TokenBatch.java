package dev.sotto.core.batch;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Tokenised text, padded on the right to one length. The arrays are handed over, not copied: the caller keeps its
 * hands off them afterwards.
 */
public final class TokenBatch implements Batch {
    /** The label of a token that says nothing: padding, a prompt, a piece of a word other than its first. */
    public static final float NO_LABEL = -100;

    /** Ids that every vocabulary worth the name has. */
    private static final int NOISE_IDS = 100;

    private final int rows;
    private final int length;
    private final int[] ids;
    private final int[] mask;
    private final int[] typeIds;
    private final float[] labels;

    /**
     * @param rows number of rows, at least 1
     * @param length tokens a row, padding included, at least 1
     * @param ids token ids, {@code [rows * length]}, row-major
     * @param mask 1 at a token, 0 at padding, {@code [rows * length]}
     * @param typeIds segment of each token (0 unless the row is a pair of texts), {@code [rows * length]}
     * @param labels {@code [rows * labels of a row]}, row-major: one, or one an output, or one a token ({@link #NO_LABEL} where a
     *     token has none)
     * @throws IllegalArgumentException if an array's length does not fit
     */
    public TokenBatch(int rows, int length, int[] ids, int[] mask, int[] typeIds, float[] labels) {
        if (rows < 1 || length < 1) {
            throw new IllegalArgumentException("A batch has at least one row of one token, got " + rows + " rows of "
                    + length + " tokens: there is nothing to compute. Leave empty batches out.");
        }
        int tokens = Math.multiplyExact(rows, length);
        checkLength("ids", ids.length, tokens);
        checkLength("mask", mask.length, tokens);
        checkLength("typeIds", typeIds.length, tokens);
        checkLength("labels", labels.length, rows * Math.max(1, labels.length / rows));
        this.rows = rows;
        this.length = length;
        this.ids = ids;
        this.mask = mask;
        this.typeIds = typeIds;
        this.labels = labels;
    }

    /** Pads rows of different lengths on the right with {@code padId} to a length that holds them all. */
    public static TokenBatch padded(int[][] ids, int[][] typeIds, float[] labels, int padId, int length) {
        int rows = ids.length;
        int[] flatIds = new int[rows * length];
        int[] mask = new int[rows * length];
        int[] flatTypes = new int[rows * length];
        Arrays.fill(flatIds, padId);
        for (int row = 0; row < rows; row++) {
            checkLength("typeIds of a row", typeIds[row].length, ids[row].length);
            System.arraycopy(ids[row], 0, flatIds, row * length, ids[row].length);
            System.arraycopy(typeIds[row], 0, flatTypes, row * length, ids[row].length);
            Arrays.fill(mask, row * length, row * length + ids[row].length, 1);
        }
        return new TokenBatch(rows, length, flatIds, mask, flatTypes, labels);
    }

    /**
     * Rows of a language model: what is to be said at a token are the ids themselves, where they are in segment 1.
     *
     * @param like rows with a prompt in segment 0 and its completion in segment 1
     */
    public static TokenBatch ofCompletions(TokenBatch like) {
        float[] said = new float[like.ids.length];
        for (int i = 0; i < said.length; i++) {
            said[i] = like.typeIds[i] == 1 && like.mask[i] == 1 ? like.ids[i] : NO_LABEL;
        }
        return new TokenBatch(like.rows, like.length, like.ids, like.mask, new int[said.length], said);
    }

    @Override
    public int rows() {
        return rows;
    }

    /** Tokens a row, padding included. */
    public int length() {
        return length;
    }

    /** Token ids, {@code [rows * length]}, row-major. */
    public int[] ids() {
        return ids;
    }

    /** 1 at a token, 0 at padding, {@code [rows * length]}. */
    public int[] mask() {
        return mask;
    }

    /** Segment of each token, {@code [rows * length]}. */
    public int[] typeIds() {
        return typeIds;
    }

    @Override
    public float[] labels() {
        return labels;
    }

    @Override
    public TokenBatch only(int row) {
        int begin = row * length;
        int end = begin + length;
        return new TokenBatch(
                1,
                length,
                Arrays.copyOfRange(ids, begin, end),
                Arrays.copyOfRange(mask, begin, end),
                Arrays.copyOfRange(typeIds, begin, end),
                FloatRows.row(labels, rows, row));
    }

    @Override
    public List<Integer> rowShape() {
        return List.of(length);
    }

    @Override
    public TokenBatch noise(long... seeds) {
        int[] noise = new int[seeds.length * length];
        int[] tokens = new int[noise.length];
        Arrays.fill(tokens, 1);
        for (int row = 0; row < seeds.length; row++) {
            var random = new Random(seeds[row]);
            for (int i = row * length; i < (row + 1) * length; i++) {
                noise[i] = random.nextInt(NOISE_IDS);
            }
        }
        float[] zeros = new float[seeds.length * (labels.length / rows)];
        return new TokenBatch(seeds.length, length, noise, tokens, new int[noise.length], zeros);
    }

    private static void checkLength(String what, int found, int expected) {
        if (found != expected) {
            throw new IllegalArgumentException(what + " has " + found + " entries, the batch needs " + expected
                    + ": rows would be mixed up. Give every array one entry per token (labels: as many for each row).");
        }
    }
}
