package dev.sotto.accountant.ledger;

/** How an address as a person types it becomes a store. */
public interface LedgerPlaces {

    /** To look at: nothing is written or made there. */
    LedgerStore toRead(String address);

    /** To write lines to. */
    LedgerStore toWrite(String address);

    /** Folders of this machine. */
    static LedgerPlaces local() {
        return new LedgerPlaces() {
            @Override
            public LedgerStore toRead(String address) {
                return LocalLedgerStore.at(address);
            }

            @Override
            public LedgerStore toWrite(String address) {
                return LocalLedgerStore.at(address);
            }
        };
    }
}
