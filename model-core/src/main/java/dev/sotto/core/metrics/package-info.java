/**
 * How good answers are: measures on PUBLIC rows, as the scorers that papers use define them. The JDK alone. Sums that tasks make on
 * their parts of a table are added with {@code plus}.
 */
@NullMarked
package dev.sotto.core.metrics;

import org.jspecify.annotations.NullMarked;
