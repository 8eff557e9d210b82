package dev.sotto.job.predict;

import dev.sotto.accountant.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How well one model does on a public table.
 *
 * @param name of the delta; empty for a model by itself
 * @param rows how many rows were answered for
 * @param leftOut rows that were not: unreadable, or with a label that the model does not know
 * @param figures measures by their names, in the order in which they are told; null where one is not defined
 * @param byClass how it does on each class, where each row has one
 */
public record Measured(
        String name, long rows, long leftOut, Map<String, @Nullable Double> figures, Optional<ByClass> byClass) {

    /** The measure that needs no model: the accuracy of always answering the commonest class. */
    public static final String MAJORITY = "majority";

    /** Classes above which people are told of no single one. */
    private static final int MANY_CLASSES = 20;

    static Measured of(String name, Counted counted) {
        Map<String, @Nullable Double> figures = new LinkedHashMap<>();
        counted.tally().figures().forEach((figure, value) -> figures.put(figure, defined(value)));
        return new Measured(
                name,
                counted.rows(),
                counted.leftOut(),
                figures,
                counted.tally().byClass());
    }

    /** The same with more measures behind. */
    Measured and(Map<String, Double> more) {
        Map<String, @Nullable Double> both = new LinkedHashMap<>(figures);
        more.forEach((figure, value) -> both.put(figure, defined(value)));
        return new Measured(name, rows, leftOut, both, byClass);
    }

    private static @Nullable Double defined(double value) {
        return Double.isFinite(value) ? value : null;
    }

    /** One line for people. */
    public String line() {
        return (name.isEmpty() ? "" : name + ": ")
                + figures.entrySet().stream()
                        .map(each -> each.getKey() + " "
                                + (each.getValue() == null
                                        ? "not defined"
                                        : String.format(Locale.ROOT, "%.4f", each.getValue())))
                        .collect(Collectors.joining(", "))
                + " on " + rows + " rows" + (leftOut == 0 ? "" : "; " + leftOut + " left out");
    }

    /** One line a class, for people; none where there are too many to read. */
    public List<String> classLines() {
        return byClass
                .filter(each -> each.classes().size() <= MANY_CLASSES)
                .map(ByClass::classes)
                .orElse(List.of())
                .stream()
                .map(each -> String.format(
                        Locale.ROOT,
                        "  %s: %d rows, %d answers, f1 %s",
                        each.name(),
                        each.rows(),
                        each.answers(),
                        Double.isFinite(each.f1()) ? String.format(Locale.ROOT, "%.4f", each.f1()) : "not defined"))
                .toList();
    }

    /** All of them for programs: one JSON object on one line. */
    public static String json(List<Measured> all) {
        List<Object> models = new ArrayList<>();
        for (Measured each : all) {
            Map<String, Object> model = new LinkedHashMap<>();
            model.put("name", each.name);
            model.put("rows", each.rows);
            model.put("left_out", each.leftOut);
            each.figures.forEach((name, value) -> model.put(name, Objects.requireNonNullElse(value, Json.NULL)));
            each.byClass.ifPresent(classes -> model.putAll(classes.json()));
            models.add(model);
        }
        return Json.write(Map.of("models", models)) + "\n";
    }
}
