package dev.sotto.accountant.ledger;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads all lines of a ledger and checks that they are one chain. */
final class LineReader {
    private LineReader() {}

    /** @throws LedgerFormatException at the first line that is missing, torn, altered or out of the chain */
    static List<LedgerLine> read(LedgerStore store) throws IOException {
        Set<String> names = new HashSet<>(store.list());
        names.removeIf(name -> !name.matches("line-\\d{12}\\.json"));
        List<LedgerLine> lines = new ArrayList<>();
        String previous = LedgerLine.GENESIS;
        while (!names.isEmpty()) {
            String name = LedgerLine.name(lines.size());
            if (!names.remove(name)) {
                throw new LedgerFormatException(
                        lines.size(), name, "is missing, and there are " + names.size() + " lines after it");
            }
            LedgerLine line = LedgerLine.decode(lines.size(), previous, store.read(name));
            lines.add(line);
            previous = line.hash();
        }
        return lines;
    }
}
