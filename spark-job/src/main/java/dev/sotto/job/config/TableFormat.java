package dev.sotto.job.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The table formats, as Spark's readers know them. */
public enum TableFormat {
    PARQUET("parquet"),
    ORC("orc"),
    CSV("csv"),
    TSV("csv"),
    JSON("json"),
    /** A folder of files, one a row: columns path, modificationTime, length, content. */
    BINARYFILE("binaryFile");

    private final String sparkReader;

    TableFormat(String sparkReader) {
        this.sparkReader = sparkReader;
    }

    /** The name that {@code spark.read().format(...)} takes. */
    public String sparkReader() {
        return sparkReader;
    }

    /**
     * Reader options that hold unless the run's own say otherwise: a header line, and quotes doubled as RFC 4180 has it; and
     * values are texts, for a type chosen by looking at all rows would let one row change how the others are read.
     */
    public Map<String, String> readerDefaults() {
        return switch (this) {
            case CSV -> Map.of("header", "true", "quote", "\"", "escape", "\"", "multiLine", "true");
            case TSV -> Map.of("header", "true", "sep", "\t");
            case BINARYFILE -> Map.of("recursiveFileLookup", "true");
            case JSON -> Map.of("primitivesAsString", "true");
            case PARQUET, ORC -> Map.of();
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
                .filter(format -> format.name().toLowerCase(Locale.ROOT).equals(suffix))
                .findFirst();
    }
}
