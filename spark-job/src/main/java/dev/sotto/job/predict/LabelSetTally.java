package dev.sotto.job.predict;

import dev.sotto.core.metrics.LabelSets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Of any number of labels a row. */
final class LabelSetTally implements Tally {

    private static final long serialVersionUID = 1L;
    private static final double LIKELIER_THAN_NOT = 0; // log odds

    private final LabelSets sets;

    LabelSetTally(int labels) {
        this(new LabelSets(labels, LIKELIER_THAN_NOT));
    }

    private LabelSetTally(LabelSets sets) {
        this.sets = sets;
    }

    @Override
    public void add(RowOutputs row) {
        boolean[] has = new boolean[row.labels().length];
        double[] scores = new double[has.length];
        for (int i = 0; i < has.length; i++) {
            has[i] = row.labels()[i] == 1;
            scores[i] = row.outputs()[i];
        }
        sets.add(has, scores);
    }

    @Override
    public Tally plus(Tally other) {
        return new LabelSetTally(sets.plus(((LabelSetTally) other).sets));
    }

    @Override
    public Map<String, Double> figures() {
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("micro_f1", sets.microF1());
        figures.put("macro_f1", sets.macroF1());
        figures.put("exact_match", sets.exactMatch());
        figures.put("macro_auroc", sets.macroAuroc());
        figures.put("macro_average_precision", sets.macroAveragePrecision());
        return figures;
    }
}
