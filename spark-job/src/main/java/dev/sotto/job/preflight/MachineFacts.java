package dev.sotto.job.preflight;

import dev.sotto.core.engine.TorchTrial;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one JVM, driver or executor, sees of its machine.
 *
 * @param executor Spark's name of it; {@code driver}
 * @param java feature version
 * @param libc such as {@code glibc 2.36}
 * @param processor model, and the widest vector instructions of it
 * @param offline what tells DJL to stay off the network; null where nothing does
 * @param loud loggers that would tell of rows
 * @param dumpsHeap whether this JVM, once it is out of memory, writes what it held to a file
 * @param torch whether PyTorch computes here, on the assigned GPU if there is one
 * @param assigned addresses of the GPUs that Spark gave to the task that looked
 * @param gpus those that the NVIDIA driver shows here
 * @param model what was seen of the seed model from here; null where none was asked for
 * @param table the same of the table
 */
public record MachineFacts(
        String executor,
        String host,
        int java,
        String libc,
        String processor,
        @Nullable String offline,
        List<String> loud,
        boolean dumpsHeap,
        TorchTrial torch,
        List<String> assigned,
        List<Gpu> gpus,
        @Nullable Reach model,
        @Nullable Reach table)
        implements Serializable {

    public MachineFacts {
        loud = List.copyOf(loud);
        assigned = List.copyOf(assigned);
        gpus = List.copyOf(gpus);
    }

    /**
     * A GPU.
     *
     * @param index as Spark's addresses name it
     * @param uuid the same in every container of the machine
     */
    public record Gpu(String index, String uuid, String name) implements Serializable {}

    /**
     * Whether something could be read.
     *
     * @param words a fingerprint of it, equal wherever it is the same; or why it could not be read
     */
    public record Reach(boolean reached, String words) implements Serializable {}

    boolean isDriver() {
        return executor.equals("driver");
    }

    String where() {
        return isDriver() ? "driver" : "executor " + executor + " on " + host;
    }
}
