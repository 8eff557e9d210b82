package dev.sotto.job.predict;

import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructType;

/** How predictions are stored. */
public enum OutputFormat {
    PARQUET,
    JSON,
    CSV;

    /** Whether it has a way to write values of a type. */
    boolean holds(DataType type) {
        boolean nested = type instanceof ArrayType
                || type instanceof MapType
                || type instanceof StructType
                || type instanceof BinaryType;
        return !(this == CSV && nested);
    }
}
