package dev.sotto.job;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.SparkContext;
import org.apache.spark.util.SignalUtils;
import org.jspecify.annotations.Nullable;

/**
 * Whether somebody outside asked this process to end: a person (Ctrl-C), a scheduler, a cluster that needs the room. Left to itself the JVM would
 * end under the running tasks; instead their jobs are cancelled, and the command ends by its own way out. A second request ends the JVM at once.
 */
public final class StopRequest {
    private static final List<String> SIGNALS = List.of("TERM", "INT", "HUP");
    private static final Duration AGAIN = Duration.ofMillis(200);
    /** For tasks to end: schedulers kill after some 30 seconds, and there is a checkpoint to write first. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final AtomicBoolean REQUESTED = new AtomicBoolean();
    private static final AtomicReference<@Nullable SparkContext> RUNNING = new AtomicReference<>();

    private StopRequest() {}

    /** From here on such a request is known of; while Spark only starts the JVM ends by it. For processes that are this command's alone. */
    static void heed() {
        SIGNALS.forEach(signal -> SignalUtils.register(signal, StopRequest::isHandled));
    }

    /** False if it is left to the JVM's own way, which is to end. */
    private static boolean isHandled() {
        SparkContext spark = RUNNING.get();
        if (!REQUESTED.compareAndSet(false, true)) {
            return false;
        }
        QuietLogs.ending();
        if (spark == null) {
            return false;
        }
        begin(spark);
        return true;
    }

    private static void begin(SparkContext spark) {
        Thread cancelling = new Thread(() -> cancelAll(spark), "cancel Spark's jobs");
        cancelling.setDaemon(true);
        cancelling.start();
    }

    /** From here on such a request cancels what this Spark runs. */
    static void heed(SparkContext spark) {
        RUNNING.set(spark);
    }

    /** Whether there was one. Whatever fails after it fails because of it. */
    public static boolean isMade() {
        return REQUESTED.get();
    }

    /**
     * Waits, after such a request, until the cancelled tasks have ended: each leaves its computation between two calls of the model. What they still
     * hold cannot be taken away before.
     */
    public static void awaitTasks(SparkContext spark) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        try {
            while (isMade() && running(spark) && System.nanoTime() < end) {
                Thread.sleep(10);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean running(SparkContext spark) {
        return Arrays.stream(spark.statusTracker().getExecutorInfos()).anyMatch(each -> each.numRunningTasks() > 0);
    }

    /** Jobs that are begun after the request are cancelled too. */
    private static void cancelAll(SparkContext spark) {
        try {
            while (!spark.isStopped()) {
                spark.cancelAllJobs();
                Thread.sleep(AGAIN.toMillis());
            }
        } catch (IllegalStateException stopped) {
            return; // between the question and the call
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
