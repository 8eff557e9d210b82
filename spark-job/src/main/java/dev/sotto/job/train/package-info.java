/** The driver: one run from settings to results, and the loop in it. */
@NullMarked
package dev.sotto.job.train;

import org.jspecify.annotations.NullMarked;
