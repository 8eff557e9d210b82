package dev.sotto.accountant.ledger;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;

/**
 * Signs ledger lines: Ed25519 (RFC 8032). Whoever can write to a ledger's folder, but has not this key, can neither add a line nor
 * change one unseen. Not a record: a key is not to be printed.
 */
public final class SigningKey {
    /** What is signed is this and a line's hash, so that no signature made elsewhere is taken for one of a line. */
    static final String CONTEXT = "sotto/ledger/2 ";

    static final String ALGORITHM = "Ed25519";

    private final PrivateKey key;

    private SigningKey(PrivateKey key) {
        this.key = key;
    }

    /**
     * Reads a key file: PKCS#8 in PEM, as {@code openssl genpkey -algorithm ed25519} writes it.
     *
     * @throws IllegalArgumentException if it holds no such key
     */
    public static SigningKey of(String pem) {
        try {
            List<byte[]> keys = Pem.blocks(pem, "PRIVATE KEY");
            if (keys.size() != 1) {
                throw new IllegalArgumentException("it holds " + keys.size() + " blocks \"PRIVATE KEY\", not one");
            }
            return new SigningKey(
                    KeyFactory.getInstance(ALGORITHM).generatePrivate(new PKCS8EncodedKeySpec(keys.get(0))));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "The key cannot be read: " + e.getMessage()
                            + ". It must be an Ed25519 key without a passphrase; make one with:"
                            + " openssl genpkey -algorithm ed25519 -out ledger.key",
                    e);
        }
    }

    /** The signature, base64. */
    String sign(String hash) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initSign(key);
            signature.update((CONTEXT + hash).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java 17 has Ed25519", e);
        }
    }
}
