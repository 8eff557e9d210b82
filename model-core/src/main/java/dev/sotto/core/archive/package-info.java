/** TorchScript archives from elsewhere: what is in them, and their code rewritten so that gradients of single rows come out. */
@NullMarked
package dev.sotto.core.archive;

import org.jspecify.annotations.NullMarked;
