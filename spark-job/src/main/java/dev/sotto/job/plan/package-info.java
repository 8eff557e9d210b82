/**
 * {@code sotto plan}: what a run would cost and take, and what other batch sizes and lengths would, before any table is opened.
 */
@NullMarked
package dev.sotto.job.plan;

import org.jspecify.annotations.NullMarked;
