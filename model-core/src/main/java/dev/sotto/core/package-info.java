/** The models, the trusted room and a trainer in one JVM: no Spark, no Hadoop. */
package dev.sotto.core;
