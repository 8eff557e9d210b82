package dev.sotto.job.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A table as Spark reads it, and which of its rows are meant. Every expression is Spark SQL and looks at one row alone.
 *
 * @param uri file, folder or glob: {@code hdfs://}, {@code s3a://}, {@code file://} or a plain path; of a catalog's or database's
 *     table its name
 * @param format the reader
 * @param readerOptions of those that {@link ReaderOption} lets through; may hold a password, and is told to nobody
 * @param schema of formats of lines: the columns that are declared, in Spark's DDL; null declares none
 * @param columns further columns: name to expression
 * @param where keeps the rows for which it holds; null keeps all
 * @param except leaves out the rows for which it holds; null leaves out none
 */
public record TableSource(
        String uri,
        TableFormat format,
        Map<String, String> readerOptions,
        @Nullable String schema,
        Map<String, String> columns,
        @Nullable String where,
        @Nullable String except)
        implements TableOrigin {
    public TableSource {
        readerOptions = Map.copyOf(readerOptions);
        columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
    }

    /** A table whose columns are those that it has itself. */
    public TableSource(
            String uri,
            TableFormat format,
            Map<String, String> readerOptions,
            Map<String, String> columns,
            @Nullable String where,
            @Nullable String except) {
        this(uri, format, readerOptions, null, columns, where, except);
    }

    /** The same table, of columns that are declared. */
    public TableSource withSchema(String declared) {
        return new TableSource(uri, format, readerOptions, declared, columns, where, except);
    }

    @Override
    public String identity() {
        return description() + (schema == null ? "" : ", of columns " + schema) + columns;
    }

    /** Which rows, in words for the report. */
    public String description() {
        return uri
                + (where == null ? "" : ", rows with " + where)
                + (except == null ? "" : ", but for those with " + except);
    }
}
