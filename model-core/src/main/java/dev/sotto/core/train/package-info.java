/** One step on one partition, the state that steps move, and the whole of training in one JVM. */
package dev.sotto.core.train;
