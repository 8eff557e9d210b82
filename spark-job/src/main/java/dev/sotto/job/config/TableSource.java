package dev.sotto.job.config;

import java.util.Map;

/**
 * A table as Spark reads it.
 *
 * @param uri file, folder or glob: {@code hdfs://}, {@code s3a://}, {@code file://} or a plain path
 * @param format the reader
 * @param readerOptions passed to Spark's reader of that format as they are
 */
public record TableSource(String uri, TableFormat format, Map<String, String> readerOptions) {
    public TableSource {
        readerOptions = Map.copyOf(readerOptions);
    }
}
