/** From a table to encoded Arrow partitions: reading, checking, encoding, persisting. */
@NullMarked
package dev.sotto.job.data;

import org.jspecify.annotations.NullMarked;
