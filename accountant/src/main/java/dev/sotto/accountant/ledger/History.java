package dev.sotto.accountant.ledger;

import java.util.List;
import java.util.Optional;

/** A ledger's lines as a chain, to be compared with what was written down of it elsewhere. */
public final class History {
    private final List<LedgerLine> lines;

    History(List<LedgerLine> lines) {
        this.lines = List.copyOf(lines);
    }

    /** How many lines there are. */
    public long lines() {
        return lines.size();
    }

    /** Hash of the last line, or 64 zeros. */
    public String head() {
        return lines.isEmpty()
                ? LedgerLine.GENESIS
                : lines.get(lines.size() - 1).hash();
    }

    /** Hash of the first line: no two ledgers share it, and it never changes. Empty where nothing was written. */
    public Optional<String> identity() {
        return lines.stream().findFirst().map(LedgerLine::hash);
    }

    /** Whether some line has this hash: what was the head then is part of the ledger still, and nothing before it was changed. */
    public boolean goesThrough(String hash) {
        return lines.stream().anyMatch(line -> line.hash().equals(hash));
    }

    /** The first line that none of the keys has signed. */
    public Optional<Long> firstUnsigned(PublicKeys keys) {
        return lines.stream()
                .filter(line -> !keys.haveSigned(line.hash(), line.signature()))
                .map(LedgerLine::number)
                .findFirst();
    }
}
