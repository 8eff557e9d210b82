package dev.sotto.job.cluster;

import dev.sotto.job.SparkSessions;
import java.util.List;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.VoidFunction;

/** A program whose tasks fail, with a row in the message, on a Spark that Sotto opened. */
final class FailingRow implements VoidFunction<Integer> {

    private static final long serialVersionUID = 1L;

    static final String ROW = "SECRET-ROW";

    public static void main(String[] none) {
        var session = SparkSessions.open("a failing row");
        try {
            JavaSparkContext.fromSparkContext(session.sparkContext())
                    .parallelize(List.of(1, 2), 2)
                    .foreach(new FailingRow());
        } catch (Exception failed) { // Spark's own, which it does not declare to Java
            System.out.println("failed");
        } finally {
            session.stop();
        }
    }

    @Override
    public void call(Integer row) throws SparkException {
        throw new SparkException("Malformed record: " + ROW);
    }
}
