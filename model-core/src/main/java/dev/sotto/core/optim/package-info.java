/** How public, noisy gradients move the trained parameters: optimizers on flat arrays, and learning-rate schedules. */
package dev.sotto.core.optim;
