/** Numerical ground: special functions, quadrature, the Fourier transform. Knows nothing of privacy. */
package dev.sotto.accountant.math;
