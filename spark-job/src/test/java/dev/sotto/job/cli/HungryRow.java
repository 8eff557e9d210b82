package dev.sotto.job.cli;

import dev.sotto.job.SparkSessions;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.VoidFunction;

/** A command whose task holds a row, and ever more of it, until its executor has no memory left. */
public final class HungryRow implements VoidFunction<String> {

    private static final long serialVersionUID = 1L;

    public static final String ROW = "SECRET-HUNGER";

    private static final int MANY = 1 << 22;

    public static void main(String[] none) {
        System.exit(Sotto.commandLine(settings -> {
                    var session = SparkSessions.open("a hungry row");
                    try {
                        JavaSparkContext.fromSparkContext(session.sparkContext())
                                .parallelize(List.of(ROW), 1)
                                .foreach(new HungryRow());
                    } finally {
                        session.stop();
                    }
                })
                .execute(
                        "train",
                        "--table=/none.csv",
                        "--text-column=message",
                        "--label-column=answer",
                        "--labels=no,yes",
                        "--model=/none",
                        "--units=100",
                        "--batch-size=10",
                        "--steps=1",
                        "--learning-rate=0.01",
                        "--epsilon=1",
                        "--delta=1e-5",
                        "--output=/none"));
    }

    @Override
    public void call(String row) {
        List<String> held = new ArrayList<>();
        while (held.size() < Integer.MAX_VALUE) {
            held.add(row.repeat(MANY));
        }
    }
}
