package dev.sotto.core.privacy;

import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The secret of one attempt at a run: 256 bits from the operating system, from which the sampling key and the noise key
 * are derived. It stays on the driver, is not serialisable, and is never stored: a run that resumes draws a new one,
 * because the same noise on a slightly different sum would reveal the difference.
 */
public final class RunKey {
    private final byte[] root;
    private final boolean insecure;
    private final AtomicBoolean noiseClaimed = new AtomicBoolean();

    private RunKey(byte[] root, boolean insecure) {
        this.root = root;
        this.insecure = insecure;
    }

    /** A fresh key from the operating system: /dev/urandom (never blocks), or what the JDK has in its place. */
    public static RunKey fromOperatingSystem() {
        byte[] root = new byte[32];
        try {
            SecureRandom.getInstance("NativePRNGNonBlocking").nextBytes(root);
        } catch (NoSuchAlgorithmException notUnix) {
            new SecureRandom().nextBytes(root);
        }
        return new RunKey(root, false);
    }

    /** For tests only: whoever knows the seed can take the noise off again. The run is NOT PRIVATE and says so. */
    public static RunKey insecureSeed(long seed) {
        return new RunKey(KeyedStream.derive(new byte[32], "sotto/1/insecure-seed", seed), true);
    }

    /** True where the key came from a seed: the report then says NOT PRIVATE. */
    public boolean isInsecure() {
        return insecure;
    }

    /** The key that executors draw samples with: secret, but it travels inside the trust boundary. */
    public SamplingKey samplingKey() {
        return new SamplingKey(KeyedStream.derive(root, "sotto/1/sampling"));
    }

    /** The noise key, given out once: a second mechanism on the same key would repeat its noise. */
    byte[] claimNoiseKey() {
        if (noiseClaimed.getAndSet(true)) {
            throw new IllegalStateException("A Gaussian mechanism already uses this RunKey, and a second one would"
                    + " release the same noise again. Draw a new RunKey for it.");
        }
        return KeyedStream.derive(root, "sotto/1/noise");
    }

    @Override
    public String toString() {
        return "RunKey[secret]";
    }
}
