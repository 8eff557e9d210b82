/** What one run was asked to do: settings, the run file, and every fault found in them before Spark starts. */
@NullMarked
package dev.sotto.job.config;

import org.jspecify.annotations.NullMarked;
