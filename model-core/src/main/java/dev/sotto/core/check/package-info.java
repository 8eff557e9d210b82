/**
 * What a model folder holds and what of it would be trained, told before anything is, and compared with another implementation; and how long
 * a step takes, by steps on made-up rows.
 */
@NullMarked
package dev.sotto.core.check;

import org.jspecify.annotations.NullMarked;
