/** The privacy ledger of a data set: append-only, hash-chained, decided by atomic creation of one object per line. */
package dev.sotto.accountant.ledger;
