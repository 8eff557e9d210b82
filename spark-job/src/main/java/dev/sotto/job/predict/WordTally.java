package dev.sotto.job.predict;

import dev.sotto.core.batch.TokenBatch;
import dev.sotto.core.metrics.Span;
import dev.sotto.core.metrics.SpanTally;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Of a class for each word, as far as the model has read: words that were cut off are left out. */
final class WordTally implements Tally {

    private static final long serialVersionUID = 1L;

    private final List<String> labels;
    private SpanTally spans;

    WordTally(List<String> labels) {
        this(labels, SpanTally.NONE);
    }

    private WordTally(List<String> labels, SpanTally spans) {
        this.labels = labels;
        this.spans = spans;
    }

    @Override
    public void add(RowOutputs row) {
        List<String> expected = new ArrayList<>();
        List<String> found = new ArrayList<>();
        for (int token = 0; token < row.labels().length; token++) {
            if (row.labels()[token] != TokenBatch.NO_LABEL) {
                expected.add(tag((int) row.labels()[token]));
                found.add(tag(RowOutputs.best(row.ofToken(token, labels.size()))));
            }
        }
        spans = spans.plus(SpanTally.of(expected, found));
    }

    /** Labels that are no tags of spans (such as parts of speech) name spans of one word. */
    private String tag(int label) {
        return namesSpans() ? labels.get(label) : "S-" + label;
    }

    private boolean namesSpans() {
        try {
            Span.of(labels);
            return labels.contains("O");
        } catch (IllegalArgumentException otherNames) {
            return false;
        }
    }

    @Override
    public Tally plus(Tally other) {
        return new WordTally(labels, spans.plus(((WordTally) other).spans));
    }

    @Override
    public Map<String, Double> figures() {
        Map<String, Double> figures = new LinkedHashMap<>();
        if (namesSpans()) {
            figures.put("span_f1", spans.f1());
            figures.put("span_precision", spans.precision());
            figures.put("span_recall", spans.recall());
        }
        figures.put("word_accuracy", spans.tokenAccuracy());
        return figures;
    }
}
