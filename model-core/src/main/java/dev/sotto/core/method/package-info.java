/**
 * Which of a model's parameters are trained, by rules, and where each lies in the one flat vector that is clipped, summed, noised and
 * updated.
 */
@NullMarked
package dev.sotto.core.method;

import org.jspecify.annotations.NullMarked;
