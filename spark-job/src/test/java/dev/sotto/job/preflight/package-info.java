@org.jspecify.annotations.NullMarked
package dev.sotto.job.preflight;
