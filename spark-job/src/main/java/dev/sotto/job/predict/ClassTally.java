package dev.sotto.job.predict;

import dev.sotto.core.metrics.Confusion;
import dev.sotto.core.metrics.Ranking;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Of classes; of two, the second is the positive one, by whose score over the first rows are ranked. */
final class ClassTally implements Tally {

    private static final long serialVersionUID = 1L;

    private final List<String> names;
    private final Confusion confusion;
    private final Ranking ranking; // of two classes alone

    ClassTally(List<String> names) {
        this(List.copyOf(names), new Confusion(names.size()), new Ranking());
    }

    private ClassTally(List<String> names, Confusion confusion, Ranking ranking) {
        this.names = names;
        this.confusion = confusion;
        this.ranking = ranking;
    }

    @Override
    public void add(RowOutputs row) {
        int label = (int) row.labels()[0];
        float[] outputs = row.outputs();
        confusion.add(label, RowOutputs.best(outputs));
        if (names.size() == 2) {
            ranking.add((double) outputs[1] - outputs[0], label == 1);
        }
    }

    @Override
    public Tally plus(Tally other) {
        var more = (ClassTally) other;
        return new ClassTally(names, confusion.plus(more.confusion), ranking.plus(more.ranking));
    }

    @Override
    public Optional<ByClass> byClass() {
        return Optional.of(ByClass.of(names, confusion));
    }

    @Override
    public Map<String, Double> figures() {
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("accuracy", confusion.accuracy());
        figures.put("macro_f1", confusion.macroF1());
        figures.put("matthews", confusion.matthews());
        figures.put(Measured.MAJORITY, confusion.majority());
        if (names.size() == 2) {
            figures.put("f1", confusion.f1(1));
            figures.put("auroc", ranking.auroc());
            figures.put("average_precision", ranking.averagePrecision());
        }
        return figures;
    }
}
