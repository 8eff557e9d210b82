/** The made-up table that the quickstart learns from: nobody's messages. */
@NullMarked
package dev.sotto.job.quickstart;

import org.jspecify.annotations.NullMarked;
