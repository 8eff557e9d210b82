"""Made odd_types.parquet, with pyarrow 25.0: columns of types that Spark 4.1 does not read, beside some that it does."""

import datetime

import numpy
import pyarrow as pa
import pyarrow.parquet

n = 3
instants = [1, -1, 1700000000123456789]
pyarrow.parquet.write_table(
    pa.table(
        {
            "message": ["one", "two", "three"],
            "answer": ["yes", "no", "yes"],
            "tags": [[0, 1], [1], []],
            "half": pa.array(numpy.arange(n, dtype=numpy.float16)),
            "micros_of_day": pa.array([datetime.time(1, 2, 3)] * n),
            "nanos_of_day": pa.array([5] * n, pa.time64("ns")),
            "instant": pa.array(instants, pa.timestamp("ns", tz="UTC")),
            "local": pa.array(instants, pa.timestamp("ns")),
            "nested": pa.array([[1]] * n, pa.list_(pa.timestamp("ns"))),
            "wide": pa.array([1] * n, pa.decimal256(60, 0)),
            "Twice": [1] * n,
            "twice": [2] * n,
        }
    ),
    "odd_types.parquet",
)
