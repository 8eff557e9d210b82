/**
 * Model families: what a configuration says that a model computes, which parameters it reads ({@link dev.sotto.core.folder.Slot}), and
 * the TorchScript that computes it.
 */
@NullMarked
package dev.sotto.core.family;

import org.jspecify.annotations.NullMarked;
