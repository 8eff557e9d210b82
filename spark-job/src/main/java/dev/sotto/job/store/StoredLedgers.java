package dev.sotto.job.store;

import dev.sotto.accountant.ledger.LedgerPlaces;
import dev.sotto.accountant.ledger.LedgerStore;
import org.apache.hadoop.conf.Configuration;

/** Ledgers wherever runs can keep one: HDFS, S3, folders. */
public final class StoredLedgers implements LedgerPlaces {
    private final Configuration hadoop;

    public StoredLedgers(Configuration hadoop) {
        this.hadoop = hadoop;
    }

    @Override
    public LedgerStore toRead(String address) {
        return WriteOnce.toRead(address, hadoop);
    }

    @Override
    public LedgerStore toWrite(String address) {
        return WriteOnce.in(address, hadoop);
    }
}
