package dev.sotto.accountant.ledger;

import java.nio.file.Path;

/** A ledger in a folder, for tests of other packages. */
public final class LedgerTestFolder {
    private LedgerTestFolder() {}

    public static Ledger open(Path folder) {
        return Ledger.open(new LocalLedgerStore(folder));
    }
}
