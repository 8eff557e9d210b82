package dev.sotto.job.data;

import dev.sotto.core.privacy.SamplingKey;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Queue;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import scala.collection.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The rows of each unit, in an order that depends on their content and the key alone, cut to a cap. A shuffle delivers rows in
 * any order, and a partition may be rebuilt after a failure: the same rows must be chosen, and stand in the same places. Which
 * ones is a random choice that depends on no other unit.
 *
 * <p>Equal rows are numbered, and each number has a rank of its own: of a unit with 500 rows of 20 texts about every row is as likely
 * to be kept as any other. No more rows of a unit are held in memory than the cap.
 */
final class RowsOfUnit implements MapPartitionsFunction<Row, Row> {

    private static final long serialVersionUID = 1L;
    private static final int CHUNK = 4096; // letters

    private final int cap;
    private final SamplingKey key;

    RowsOfUnit(int cap, SamplingKey key) {
        this.cap = cap;
        this.key = key;
    }

    /**
     * Cuts the units of a partition.
     *
     * @param rows those of one unit side by side, and of these, equal ones; each has a unit
     */
    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
        return new Cut(rows);
    }

    private record Ranked(String rank, Row row) {}

    private final class Cut implements Iterator<Row> {
        private static final Comparator<Ranked> BY_RANK = Comparator.comparing(Ranked::rank);

        private final Iterator<Row> rows;
        private final Queue<Row> ready = new ArrayDeque<>();
        private @Nullable Row next;

        Cut(Iterator<Row> rows) {
            this.rows = rows;
            advance();
        }

        private void advance() {
            next = rows.hasNext() ? rows.next() : null;
        }

        @Override
        public boolean hasNext() {
            return !ready.isEmpty() || next != null;
        }

        @Override
        public Row next() {
            if (ready.isEmpty()) {
                takeUnit();
            }
            return ready.remove();
        }

        private void takeUnit() {
            String unit = Objects.requireNonNull(next).getAs(Table.UNIT);
            var kept = new PriorityQueue<>(BY_RANK.reversed());
            byte[] before = new byte[0];
            long number = 0;
            while (next != null && unit.equals(next.getAs(Table.UNIT))) {
                byte[] content = content(next);
                number = Arrays.equals(content, before) ? number + 1 : 0;
                before = content;
                kept.add(new Ranked(rank(content, number), next));
                if (kept.size() > cap) {
                    kept.remove();
                }
                advance();
            }
            kept.stream().sorted(BY_RANK).map(Ranked::row).forEach(ready::add);
        }
    }

    private String rank(byte[] content, long number) {
        byte[] rank = key.rank(ByteBuffer.allocate(content.length + Long.BYTES)
                .put(content)
                .putLong(number)
                .array());
        return HexFormat.of().formatHex(rank);
    }

    /** A digest of every column, each with its length before it: two rows of different content never give the same bytes. */
    private static byte[] content(Row row) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            for (int i = 0; i < row.size(); i++) {
                add(row.get(i), digest);
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException impossible) { // every JDK has it
            throw new IllegalStateException(impossible);
        }
    }

    private static void add(@Nullable Object value, MessageDigest digest) {
        if (value == null) {
            addLength(-1, digest);
        } else if (value instanceof Seq<?> list) {
            addLength(list.size(), digest);
            CollectionConverters.asJava(list).forEach(each -> add(each, digest));
        } else if (value instanceof byte[] bytes) {
            addLength(bytes.length, digest);
            digest.update(bytes);
        } else {
            String text = value.toString();
            addLength(text.length(), digest);
            ByteBuffer letters = ByteBuffer.allocate(CHUNK * Character.BYTES);
            for (int at = 0; at < text.length(); at += CHUNK) { // a large text is not copied as a whole
                int end = Math.min(at + CHUNK, text.length());
                letters.clear().asCharBuffer().put(text, at, end);
                digest.update(letters.limit((end - at) * Character.BYTES));
            }
        }
    }

    private static void addLength(int length, MessageDigest digest) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(length).flip());
    }
}
