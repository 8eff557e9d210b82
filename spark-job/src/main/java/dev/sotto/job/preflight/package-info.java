/** What can be found wrong with a cluster before a run: facts of machines and settings, and pure functions that judge them. */
@NullMarked
package dev.sotto.job.preflight;

import org.jspecify.annotations.NullMarked;
