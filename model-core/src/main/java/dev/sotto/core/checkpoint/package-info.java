/** What training leaves behind: the full model folder, and the small delta that turns the seed model into it. */
@NullMarked
package dev.sotto.core.checkpoint;

import org.jspecify.annotations.NullMarked;
