package dev.sotto.core.privacy;

import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.function.LongSupplier;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Random 64-bit words: the AES-256 key stream in counter mode, from counter zero. Each stream has a key of its own,
 * made by {@link #derive}, so no two streams share a counter. Indistinguishable from uniform words as long as AES and
 * HMAC-SHA256 are pseudo-random functions; everything built on it is exact given uniform words.
 */
final class KeyedStream implements LongSupplier {
    private static final byte[] ZEROS = new byte[4096];

    private final Cipher cipher;
    private LongBuffer words = LongBuffer.allocate(0);

    KeyedStream(byte[] key) {
        try {
            cipher = Cipher.getInstance("AES/CTR/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(new byte[16]));
        } catch (GeneralSecurityException e) {
            throw notAFullJdk(e);
        }
    }

    @Override
    public long getAsLong() {
        if (!words.hasRemaining()) {
            words = ByteBuffer.wrap(cipher.update(ZEROS)).asLongBuffer();
        }
        return words.get();
    }

    /**
     * A subkey of 32 bytes: HMAC-SHA256 of the purpose (ASCII), a zero byte and the address (big-endian). Keys of
     * different purposes or addresses are independent; a purpose has one length of address, so no messages coincide.
     */
    static byte[] derive(byte[] key, String purpose, long... address) {
        var bytes = ByteBuffer.allocate(address.length * Long.BYTES);
        bytes.asLongBuffer().put(address);
        return derive(key, purpose, bytes.array());
    }

    /** The same for purposes whose address is any bytes. */
    static byte[] derive(byte[] key, String purpose, byte[] address) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            mac.update((purpose + '\0').getBytes(StandardCharsets.US_ASCII));
            mac.update(address);
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw notAFullJdk(e);
        }
    }

    private static IllegalStateException notAFullJdk(GeneralSecurityException e) {
        return new IllegalStateException("Noise and sampling need AES-256-CTR and HMAC-SHA256: run a full JDK 17.", e);
    }
}
