/** The face: commands, exit codes, the console. */
@NullMarked
package dev.sotto.job.cli;

import org.jspecify.annotations.NullMarked;
