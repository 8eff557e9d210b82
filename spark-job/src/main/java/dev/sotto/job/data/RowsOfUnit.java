package dev.sotto.job.data;

import dev.sotto.core.privacy.SamplingKey;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import org.apache.spark.sql.Row;

/**
 * The rows of one unit, in an order that depends on their content and the key alone, cut to a cap. A shuffle delivers rows in
 * any order, and a partition may be rebuilt after a failure: the same rows must be chosen, and stand in the same places. Which
 * ones is a random choice that depends on no other unit.
 */
record RowsOfUnit(int cap, SamplingKey key) {

    List<Row> of(List<Row> rows) {
        record Ranked(String rank, Row row) {}
        return rows.stream()
                .map(row -> new Ranked(HexFormat.of().formatHex(key.rank(content(row))), row))
                .sorted(Comparator.comparing(Ranked::rank))
                .limit(cap)
                .map(Ranked::row)
                .toList();
    }

    /** Every column, each with its length before it: two rows of different content never give the same bytes. */
    private static byte[] content(Row row) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            for (int i = 0; i < row.size(); i++) {
                Object value = row.get(i);
                byte[] field = value == null
                        ? new byte[0]
                        : value instanceof byte[] binary
                                ? binary
                                : value.toString().getBytes(StandardCharsets.UTF_8);
                out.writeInt(value == null ? -1 : field.length);
                out.write(field);
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }
}
