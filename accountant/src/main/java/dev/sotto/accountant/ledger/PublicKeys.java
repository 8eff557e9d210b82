package dev.sotto.accountant.ledger;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** The keys of all who may write lines. */
public final class PublicKeys {
    private final List<PublicKey> keys;

    private PublicKeys(List<PublicKey> keys) {
        this.keys = keys;
    }

    /**
     * Reads a file of keys, one after another: PEM, as {@code openssl pkey -pubout} writes them.
     *
     * @throws IllegalArgumentException if one is no Ed25519 key, or there is none
     */
    public static PublicKeys of(String pem) {
        List<PublicKey> keys = new ArrayList<>();
        try {
            for (byte[] key : Pem.blocks(pem, "PUBLIC KEY")) {
                keys.add(KeyFactory.getInstance(SigningKey.ALGORITHM).generatePublic(new X509EncodedKeySpec(key)));
            }
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IllegalArgumentException("The public key cannot be read: " + e.getMessage(), e);
        }
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("The file holds no block \"PUBLIC KEY\". Write it with:"
                    + " openssl pkey -in ledger.key -pubout -out ledger.pub");
        }
        return new PublicKeys(keys);
    }

    /** Whether one of the keys made this signature of a line's hash. */
    boolean haveSigned(String hash, String signature) {
        return keys.stream().anyMatch(key -> verifies(key, hash, signature));
    }

    private static boolean verifies(PublicKey key, String hash, String signature) {
        try {
            Signature verifier = Signature.getInstance(SigningKey.ALGORITHM);
            verifier.initVerify(key);
            verifier.update((SigningKey.CONTEXT + hash).getBytes(StandardCharsets.US_ASCII));
            return verifier.verify(Base64.getDecoder().decode(signature));
        } catch (GeneralSecurityException | IllegalArgumentException notOne) {
            return false;
        }
    }
}
