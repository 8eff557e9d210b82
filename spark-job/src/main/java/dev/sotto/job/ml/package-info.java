/** {@code sotto train} as an estimator of Spark's ML pipelines, and what it trained as a transformer. */
@NullMarked
package dev.sotto.job.ml;

import org.jspecify.annotations.NullMarked;
