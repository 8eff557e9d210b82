/** Benchmarks of the cluster part, started by {@code scripts/bench}. */
package dev.sotto.job.bench;
