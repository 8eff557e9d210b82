package dev.sotto.core.engine;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;

/** PyTorch inside this JVM: started once, offline, and set up on each thread that computes. */
public final class TorchRuntime {
    private static final String OFFLINE = "ai.djl.offline";

    /**
     * Tasks are the parallelism. And where several threads share one operation, the parts that they take end at places that depend on
     * how many rows there are: a row's numbers at the end of a part would be computed by other code than elsewhere.
     */
    private static volatile int threads = 1;

    private TorchRuntime() {}

    /**
     * Sets how many threads one operation may use where rows need not have the same bits in any company; 1 without it.
     *
     * @param count at least 1
     */
    public static void setThreads(int count) {
        threads = count;
    }

    /** Whether the libraries that were found can compute on NVIDIA GPUs; says nothing of whether there is one. */
    public static boolean isForGpus() {
        engine();
        return JniUtils.getFeatures().contains("CUDA");
    }

    /** A fresh owner of native memory on a device; whoever asks for it closes it. */
    static PtNDManager newManager(Device device) {
        return (PtNDManager) engine().newBaseManager(device);
    }

    /**
     * Sets what PyTorch keeps per thread: one operation's threads; autograd records (only where a leaf asks for it), and the graph
     * executor runs what is written, since its profiling runs cost more than they gain for one pass per batch.
     */
    static void prepareThread() {
        JniUtils.setNumThreads(threads);
        JniUtils.setGradMode(true);
        JniUtils.setGraphExecutorOptimize(false);
    }

    private static Engine engine() {
        return Holder.ENGINE;
    }

    /** Loads the natives on first use. */
    private static final class Holder {
        private static final Engine ENGINE = start();

        private static Engine start() {
            if (System.getProperty(OFFLINE) == null) {
                System.setProperty(OFFLINE, "true"); // or the engine looks for newer natives on the network
            }
            Thread thread = Thread.currentThread();
            ClassLoader before = thread.getContextClassLoader();
            thread.setContextClassLoader(TorchRuntime.class.getClassLoader()); // where the engine's provider is found
            try {
                Engine engine = Engine.getEngine("PyTorch");
                NativeLog.quiet();
                NativeCalls.endBeforeTheJvm();
                return engine;
            } finally {
                thread.setContextClassLoader(before);
            }
        }
    }
}
