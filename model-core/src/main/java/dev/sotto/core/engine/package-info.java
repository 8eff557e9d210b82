/** PyTorch from Java: starting it, compiling TorchScript source, mapping weights, and owning native memory. */
@NullMarked
package dev.sotto.core.engine;

import org.jspecify.annotations.NullMarked;
