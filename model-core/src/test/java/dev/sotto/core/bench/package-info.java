/** Benchmarks: compiled with the tests so that they keep up with the code, run by {@code scripts/bench}, never shipped. */
package dev.sotto.core.bench;
