package dev.sotto.accountant.ledger;

import dev.sotto.accountant.Adjacency;
import java.nio.file.Path;

/** A ledger in a folder, for tests of other packages. */
public final class LedgerTestFolder {
    /** What runs of these tests hold for. */
    public static final Terms ROWS = new Terms(new Unit.Row(), Adjacency.ADD_OR_REMOVE_ONE, "messages", "exact");

    private LedgerTestFolder() {}

    public static Ledger open(Path folder) {
        return Ledger.open(new LocalLedgerStore(folder));
    }
}
