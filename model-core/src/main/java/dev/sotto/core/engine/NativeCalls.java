package dev.sotto.core.engine;

import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * Who is inside libtorch. A JVM that ends takes libtorch's static state away, and a thread that still computes there crashes the process, which
 * leaves a dump of private memory behind. So the JVM's end waits until the last call has returned, and lets no other in.
 */
final class NativeCalls {
    private static final ReentrantReadWriteLock DOOR = new ReentrantReadWriteLock();

    private NativeCalls() {}

    /** From here on the JVM's end waits for calls. It waits as long as they take: whoever cannot wait kills the process. */
    static void endBeforeTheJvm() {
        Runtime.getRuntime().addShutdownHook(new Thread(DOOR.writeLock()::lock, "last call to libtorch"));
    }

    /** Makes one call; it never returns if the JVM has begun to end before it. */
    static <T> T inside(Supplier<T> call) {
        DOOR.readLock().lock();
        try {
            return call.get();
        } finally {
            DOOR.readLock().unlock();
        }
    }
}
