/** Where things are kept: the seed model's files, the output folder, the data set's ledger. */
@NullMarked
package dev.sotto.job.store;

import org.jspecify.annotations.NullMarked;
