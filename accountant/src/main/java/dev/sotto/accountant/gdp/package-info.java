/** Gaussian differential privacy: exact for the Gaussian on the whole table, an estimate by central limit otherwise. */
package dev.sotto.accountant.gdp;
