package dev.sotto.job.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The table formats. */
public enum TableFormat {
    PARQUET("parquet"),
    ORC("orc"),
    CSV("csv"),
    TSV("csv"),
    JSON("json"),
    AVRO("avro"),
    /** A folder of files, one a row: columns path, modificationTime, length, content. */
    BINARYFILE("binaryFile"),
    /** A table of the session's catalogs, by name: Hive's, Iceberg's, Delta's. */
    CATALOG("table"),
    /** A table of a database, by name; the reader's options say which database. */
    JDBC("jdbc");

    private final String sparkReader;

    TableFormat(String sparkReader) {
        this.sparkReader = sparkReader;
    }

    /** The name that {@code spark.read().format(...)} knows it by. */
    public String sparkReader() {
        return sparkReader;
    }

    /** Reader options that hold unless the run's own say otherwise. */
    public Map<String, String> readerDefaults() {
        return switch (this) {
            case BINARYFILE -> Map.of("recursiveFileLookup", "true");
            // a database would compare texts by rules of its own, and end the run where it fails at a row
            case JDBC -> Map.of("pushDownPredicate", "false", "fetchsize", "1000");
            case CSV -> Map.of("header", "true", "sep", ",", "quote", "\"", "escape", "\"");
            case TSV -> Map.of("header", "true", "sep", "\t", "quote", "\"", "escape", "\"");
            case PARQUET, ORC, JSON, AVRO, CATALOG -> Map.of();
        };
    }

    /** Whether a record of it is a line of text. */
    public boolean isOfLines() {
        return this == CSV || this == TSV || this == JSON;
    }

    /** Whether a table's address is a path, rather than the name that some catalog or database knows it by. */
    public boolean isOfFiles() {
        return this != CATALOG && this != JDBC;
    }

    /** What may be wrong where such a table cannot be read, and what to do about it. */
    public String advice() {
        return switch (this) {
            case CATALOG ->
                "Check the name, and that Spark has the catalog: spark.sql.catalogImplementation=hive, or Iceberg's or Delta's"
                        + " package and spark.sql.catalog settings";
            case JDBC ->
                "Check the table's name, url, user and password in reader-options-file, and that the database's driver is there"
                        + " (--jars, and driver=CLASS among the options)";
            case AVRO ->
                "Avro is a module of Spark's: --packages org.apache.spark:spark-avro_2.13:VERSION, that of your Spark. Check the"
                        + " path, too";
            case PARQUET, ORC, CSV, TSV, JSON, BINARYFILE ->
                "Check the path and the format, and that every machine of the cluster reaches it";
        };
    }

    /** All of them, as one types them. */
    public static String names() {
        return Arrays.stream(values())
                .map(format -> format.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
    }

    /** The format that the last suffix of a path tells, compression suffixes apart; empty where it tells none. */
    public static Optional<TableFormat> ofPath(String path) {
        String name = path.toLowerCase(Locale.ROOT)
                .replaceAll("/+$", "")
                .replaceAll("\\.(gz|bz2|zst|zstd|snappy|lz4|xz)$", "");
        String suffix = name.substring(name.lastIndexOf('.') + 1)
                .replace("jsonl", "json")
                .replace("ndjson", "json");
        return Arrays.stream(values())
                .filter(TableFormat::isOfFiles)
                .filter(format -> format.name().toLowerCase(Locale.ROOT).equals(suffix))
                .findFirst();
    }
}
