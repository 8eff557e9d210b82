package dev.sotto.job.plan;

/**
 * What a step takes of memory.
 *
 * @param weights bytes of the seed model's files, mapped once an executor
 * @param rows of a pass, all of them as long as rows may be
 * @param pass bytes of it, beside the weights, with a margin
 * @param sum bytes of a task's sum, on the heap
 */
record StepMemory(long weights, int rows, long pass, long sum) {
    /** Bytes of native memory of an executor with so many tasks. */
    long ofExecutor(int tasks) {
        return weights + tasks * pass;
    }
}
