package dev.sotto.accountant.ledger;

import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/** PEM files (RFC 7468). */
final class Pem {
    private Pem() {}

    /** The content of each block of this kind; what stands around them is for people. */
    static List<byte[]> blocks(String pem, String kind) {
        return Pattern.compile("-----BEGIN " + kind + "-----([^-]*)-----END " + kind + "-----")
                .matcher(pem)
                .results()
                .map(block -> Base64.getMimeDecoder().decode(block.group(1)))
                .toList();
    }
}
