/** What runs on executors in a step: tasks, and the model that they share. */
@NullMarked
package dev.sotto.job.step;

import org.jspecify.annotations.NullMarked;
