package dev.sotto.job.data;

import java.util.List;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** A row's list of texts. */
final class TextList {
    private TextList() {}

    /** The list in a column of type {@code array<string>}; null where there is none. */
    static @Nullable List<@Nullable String> of(Row row, String column) {
        int index = row.fieldIndex(column);
        return row.isNullAt(index) ? null : row.getList(index);
    }
}
