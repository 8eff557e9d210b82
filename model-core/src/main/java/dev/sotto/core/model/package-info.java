/** A seed model: a folder matched with its family, compiled, and made to give every row its own gradient. */
@NullMarked
package dev.sotto.core.model;

import org.jspecify.annotations.NullMarked;
