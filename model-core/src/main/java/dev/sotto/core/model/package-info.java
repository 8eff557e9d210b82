/** Model families: what a Hugging Face folder holds, which of it is trained, and its per-row gradients. */
@NullMarked
package dev.sotto.core.model;

import org.jspecify.annotations.NullMarked;
