/**
 * What a model's folder is: its configuration, its weights, and the parameters ({@link dev.sotto.core.folder.Slot}) that are looked for
 * in them.
 */
@NullMarked
package dev.sotto.core.folder;

import org.jspecify.annotations.NullMarked;
