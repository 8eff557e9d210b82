package dev.sotto.job.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The table formats, as Spark's readers know them. */
public enum TableFormat {
    PARQUET("parquet"),
    ORC("orc"),
    CSV("csv"),
    TSV("csv"),
    JSON("json");

    private final String sparkReader;

    TableFormat(String sparkReader) {
        this.sparkReader = sparkReader;
    }

    /** The name that {@code spark.read().format(...)} takes. */
    public String sparkReader() {
        return sparkReader;
    }

    /** Reader options that hold unless the run's own say otherwise: a header line, and quotes doubled as RFC 4180 has it. */
    public Map<String, String> readerDefaults() {
        return switch (this) {
            case CSV -> Map.of("header", "true", "quote", "\"", "escape", "\"", "multiLine", "true");
            case TSV -> Map.of("header", "true", "sep", "\t");
            case PARQUET, ORC, JSON -> Map.of();
        };
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
                .filter(format -> format.name().toLowerCase(Locale.ROOT).equals(suffix))
                .findFirst();
    }
}
