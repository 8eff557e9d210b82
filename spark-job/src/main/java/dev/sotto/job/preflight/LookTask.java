package dev.sotto.job.preflight;

import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;

/** Looks at the executor that it comes to. */
final class LookTask implements Function<Integer, MachineFacts> {

    private static final long serialVersionUID = 1L;

    /** So that no slot is free again before each has got a task. */
    private static final long LINGER_MILLIS = 500;

    private final Wanted wanted;
    private final Broadcast<SerializableConfiguration> hadoop;

    LookTask(Wanted wanted, Broadcast<SerializableConfiguration> hadoop) {
        this.wanted = wanted;
        this.hadoop = hadoop;
    }

    @Override
    public MachineFacts call(Integer task) throws InterruptedException {
        Thread.sleep(LINGER_MILLIS);
        return Machine.look(wanted, hadoop.value().value());
    }
}
