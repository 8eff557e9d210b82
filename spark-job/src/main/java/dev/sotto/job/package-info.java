/** Where and when Sotto runs on Apache Spark, never how much privacy. */
@NullMarked
package dev.sotto.job;

import org.jspecify.annotations.NullMarked;
