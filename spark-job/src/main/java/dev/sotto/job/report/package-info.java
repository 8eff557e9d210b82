/** What a person sees of a run: the console, its progress, and the privacy report. */
@NullMarked
package dev.sotto.job.report;

import org.jspecify.annotations.NullMarked;
