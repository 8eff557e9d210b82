/** Rows on their way into a model: encoded once, then batched. */
@NullMarked
package dev.sotto.core.batch;

import org.jspecify.annotations.NullMarked;
