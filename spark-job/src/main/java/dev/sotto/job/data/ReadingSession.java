package dev.sotto.job.data;

import java.util.Map;
import org.apache.spark.sql.SparkSession;

/** The session in which tables are read: by settings of its own, whatever the cluster's are, where one row could touch another. */
final class ReadingSession {

    private static final Map<String, String> SETTINGS = Map.ofEntries(
            // what cannot be computed for a row is null in that row; ANSI's rules would end the run
            Map.entry("spark.sql.ansi.enabled", "false"),
            Map.entry("spark.sql.legacy.timeParserPolicy", "CORRECTED"),
            Map.entry("spark.sql.legacy.codingErrorAction", "true"),
            Map.entry("spark.sql.mapKeyDedupPolicy", "LAST_WIN"),
            // an old date is a date; Spark's EXCEPTION would end the run at one
            Map.entry("spark.sql.parquet.datetimeRebaseModeInRead", "CORRECTED"),
            Map.entry("spark.sql.parquet.int96RebaseModeInRead", "CORRECTED"),
            Map.entry("spark.sql.avro.datetimeRebaseModeInRead", "CORRECTED"),
            // a folder named year=2025 gives a text, where Spark would choose a type by looking at all of them
            Map.entry("spark.sql.sources.partitionColumnTypeInference.enabled", "false"),
            // it chooses by how large partitions have come out, and tells their sizes and rows in Spark's event log
            Map.entry("spark.sql.adaptive.enabled", "false"),
            // a damaged file is a fault of the table, not a reason to go on without the rest of its rows
            Map.entry("spark.sql.files.ignoreCorruptFiles", "false"),
            Map.entry("spark.sql.files.ignoreMissingFiles", "false"),
            // of the two readers that Spark has for some files, the one whose plan RowLocal knows
            Map.entry("spark.sql.sources.useV1SourceList", "avro,csv,json,kafka,orc,parquet,text"));

    private ReadingSession() {}

    static SparkSession of(SparkSession spark) {
        SparkSession session = spark.newSession();
        SETTINGS.forEach((name, value) -> session.conf().set(name, value));
        return session;
    }
}
