package dev.sotto.job.config;

/**
 * Where the encoded table is kept between steps: Spark's storage levels, but for those that would read the whole table in each step.
 */
public enum TableStorage {
    /** What does not fit into {@code spark.memory.offHeap.size} lies on the executors' local disks, encrypted. */
    MEMORY_AND_DISK,
    /** What does not fit is encoded anew each time it is needed: the encoded table touches no disk. */
    MEMORY_ONLY,
    /** Everything is held by two executors, so that the loss of one costs no encoding. */
    MEMORY_AND_DISK_2
}
