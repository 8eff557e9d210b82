/** Rényi differential privacy: upper bounds by moments, fast and a few per cent loose. */
package dev.sotto.accountant.rdp;
