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
import org.jspecify.annotations.Nullable;
import scala.collection.Seq;
import scala.jdk.javaapi.CollectionConverters;

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
                write(row.get(i), out);
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    private static void write(@Nullable Object value, DataOutputStream out) throws IOException {
        if (value == null) {
            out.writeInt(-1);
        } else if (value instanceof Seq<?> list) {
            out.writeInt(list.size());
            for (Object each : CollectionConverters.asJava(list)) {
                write(each, out);
            }
        } else {
            byte[] field =
                    value instanceof byte[] binary ? binary : value.toString().getBytes(StandardCharsets.UTF_8);
            out.writeInt(field.length);
            out.write(field);
        }
    }
}
