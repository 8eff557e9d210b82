/**
 * The trusted room: the code that the privacy guarantee rests on, and all of it. It depends on the JDK and the
 * accountant, handles plain arrays only, and is meant to be read in one sitting. One step: {@link
 * dev.sotto.core.privacy.PoissonSampler} draws the units; whatever computed their gradients is untrusted; {@link
 * dev.sotto.core.privacy.ClippedSum} bounds and adds them as integers; {@link dev.sotto.core.privacy.GaussianMechanism}
 * adds one draw of exact noise and hands out a {@link dev.sotto.core.privacy.NoisySum}, which is public.
 */
package dev.sotto.core.privacy;
