/** Answers of trained models for the rows of a table: written beside them, or measured against what they should be. */
@NullMarked
package dev.sotto.job.predict;

import org.jspecify.annotations.NullMarked;
