package dev.sotto.accountant.ledger;

import java.io.IOException;
import java.util.List;

/**
 * Where a ledger's lines are kept: small named objects that are written once. Names are of the letters a-z, digits,
 * '.' and '-'.
 */
public interface LedgerStore {
    /**
     * Creates the object, whole, unless there is one of that name: among any number of racing callers, in any process,
     * exactly one gets true, and no reader ever sees a part of it. Durable once it returns.
     *
     * @return whether this call created it
     */
    boolean createIfAbsent(String name, byte[] content) throws IOException;

    /** The names of all objects, in any order; at least those whose creation ended before this call. */
    List<String> list() throws IOException;

    /**
     * The object's whole content.
     *
     * @throws java.io.FileNotFoundException or {@link java.nio.file.NoSuchFileException} if there is none
     */
    byte[] read(String name) throws IOException;
}
