package dev.sotto.job.bench;

import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;

/** A task that fetches the parameters and does nothing with them. */
final class ReadParameters implements FlatMapFunction<Iterator<Integer>, Integer> {

    private final Broadcast<float[]> parameters;

    ReadParameters(Broadcast<float[]> parameters) {
        this.parameters = parameters;
    }

    @Override
    public Iterator<Integer> call(Iterator<Integer> units) {
        return List.of(parameters.value().length).iterator();
    }
}
