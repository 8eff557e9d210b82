/** What a model folder holds and what of it would be trained, told before anything is, and compared with another implementation. */
@NullMarked
package dev.sotto.core.check;

import org.jspecify.annotations.NullMarked;
