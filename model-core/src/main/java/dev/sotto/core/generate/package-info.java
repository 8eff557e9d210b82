/** Text that a language model writes behind a prompt. */
@NullMarked
package dev.sotto.core.generate;

import org.jspecify.annotations.NullMarked;
