package dev.sotto.job.predict;

import dev.sotto.accountant.json.Json;
import dev.sotto.core.metrics.Confusion;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * How a model does on each class of a public table, for accuracy alone hides a class that is never answered.
 *
 * @param classes in the order of their numbers
 * @param confusion rows of each class (outer list) that were answered with each class
 */
public record ByClass(List<OfClass> classes, List<List<Long>> confusion) {

    /**
     * One class; measures are not numbers where they are not defined.
     *
     * @param rows how many there are of it
     * @param answers how many rows were answered with it
     */
    public record OfClass(String name, long rows, long answers, double precision, double recall, double f1) {
        private Map<String, Object> json() {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("name", name);
            json.put("rows", rows);
            json.put("answers", answers);
            json.put("precision", defined(precision));
            json.put("recall", defined(recall));
            json.put("f1", defined(f1));
            return json;
        }

        private static Object defined(double measure) {
            return Double.isFinite(measure) ? measure : Json.NULL;
        }
    }

    public ByClass {
        classes = List.copyOf(classes);
        confusion = List.copyOf(confusion);
    }

    /** For programs: {@code classes}, an object each, and {@code confusion}, their rows by what was answered. */
    public Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("classes", classes.stream().map(OfClass::json).toList());
        json.put("confusion", confusion);
        return json;
    }

    static ByClass of(List<String> names, Confusion confusion) {
        List<Integer> all = IntStream.range(0, names.size()).boxed().toList();
        return new ByClass(
                all.stream()
                        .map(c -> new OfClass(
                                names.get(c),
                                confusion.occurs(c),
                                confusion.answered(c),
                                confusion.precision(c),
                                confusion.recall(c),
                                confusion.f1(c)))
                        .toList(),
                all.stream()
                        .map(c -> all.stream()
                                .map(answer -> confusion.count(c, answer))
                                .toList())
                        .toList());
    }
}
