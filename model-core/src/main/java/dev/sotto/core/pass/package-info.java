/**
 * Passes: how many rows are computed together, so that each gets the same bits in any company, what that takes of memory, and in which
 * numbers it is computed.
 */
@NullMarked
package dev.sotto.core.pass;

import org.jspecify.annotations.NullMarked;
