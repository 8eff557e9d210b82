package dev.sotto.job;

import dev.sotto.core.privacy.RunKey;
import dev.sotto.core.privacy.SamplingKey;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.List;

/** The keys of a run whose seed is known: by reflection, as no one else can ask for them. */
public final class Keys {

    private Keys() {}

    /** Sampling key, noise key, root. */
    public static List<byte[]> of(long insecureSeed) throws ReflectiveOperationException {
        Field samplingKey = SamplingKey.class.getDeclaredField("key");
        samplingKey.setAccessible(true);
        Method noiseKey = RunKey.class.getDeclaredMethod("claimNoiseKey");
        noiseKey.setAccessible(true);
        Field root = RunKey.class.getDeclaredField("root");
        root.setAccessible(true);
        RunKey key = RunKey.insecureSeed(insecureSeed);
        return List.of(
                (byte[]) samplingKey.get(key.samplingKey()), (byte[]) noiseKey.invoke(key), (byte[]) root.get(key));
    }
}
