/** Privacy loss distributions: certified upper and lower bounds, as tight as asked for. */
package dev.sotto.accountant.pld;
