/** Where and when Sotto runs on Apache Spark, never how much privacy. */
package dev.sotto.job;
