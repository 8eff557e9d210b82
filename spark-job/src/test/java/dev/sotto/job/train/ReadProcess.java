package dev.sotto.job.train;

import java.util.concurrent.TimeUnit;
import org.apache.spark.api.java.function.Function;

/** Reads the executor's JVM; slow enough that as many of these as there are task slots find all executors. */
final class ReadProcess implements Function<Integer, ProcessReading> {

    private static final long serialVersionUID = 1L;

    @Override
    public ProcessReading call(Integer task) throws InterruptedException {
        TimeUnit.SECONDS.sleep(1);
        return ProcessReading.ofThisJvm();
    }
}
