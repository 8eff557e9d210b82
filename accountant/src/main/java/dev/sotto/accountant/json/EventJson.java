package dev.sotto.accountant.json;

import dev.sotto.accountant.DpEvent;
import dev.sotto.accountant.NoTheoremException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Events as JSON, the format of docs/formats.md. Unknown types and unknown keys are refused, never skipped. */
public final class EventJson {
    private EventJson() {}

    /**
     * Reads an event, an array of events (composed), or an object with an array under "events".
     *
     * @throws JsonException naming the key that is missing, unknown or of the wrong kind
     * @throws NoTheoremException if units were sampled in a way that no theorem covers
     */
    public static DpEvent read(Object json) {
        if (json instanceof List<?>) {
            return new DpEvent.Composed(
                    Json.asArray(json, "events").stream().map(EventJson::read).toList());
        }
        Map<String, Object> object = Json.asObject(json, "an event");
        if (!object.containsKey("type") && object.containsKey("events")) {
            return read(object.get("events"));
        }
        return typed(new Fields(object));
    }

    /** Writes an event in the flattest form that reads back as an equal account. */
    public static Map<String, Object> write(DpEvent event) {
        return write(event, 1);
    }

    private static DpEvent typed(Fields fields) {
        String type = fields.type();
        return switch (type) {
            case "gaussian" ->
                repeated(fields.only("sigma", "count"), "count", new DpEvent.Gaussian(fields.number("sigma")));
            case "laplace" -> repeated(fields.only("b", "count"), "count", new DpEvent.Laplace(fields.number("b")));
            case "poisson_gaussian" ->
                repeated(
                        fields.only("sigma", "q", "steps"),
                        "steps",
                        new DpEvent.PoissonSampled(fields.number("q"), new DpEvent.Gaussian(fields.number("sigma"))));
            case "poisson_laplace" ->
                repeated(
                        fields.only("b", "q", "count"),
                        "count",
                        new DpEvent.PoissonSampled(fields.number("q"), new DpEvent.Laplace(fields.number("b"))));
            case "eps_delta" ->
                repeated(
                        fields.only("eps", "delta", "count"),
                        "count",
                        new DpEvent.EpsilonDelta(fields.number("eps"), fields.number("delta")));
            case "poisson_sampled" ->
                new DpEvent.PoissonSampled(fields.only("q", "event").number("q"), read(fields.value("event")));
            case "repeated" ->
                new DpEvent.Repeated(fields.only("count", "event").count("count"), read(fields.value("event")));
            case "composed" -> read(Json.asArray(fields.only("events").value("events"), "\"events\""));
            case "non_private" -> {
                fields.only();
                yield new DpEvent.NonPrivate();
            }
            case "truncated_poisson", "without_replacement", "shuffled" ->
                throw new NoTheoremException(
                        "Sampling of the kind \"" + type + "\" has no theorem here that bounds it from both"
                                + " sides: it is refused, never approximated. Sample each unit by itself with one probability"
                                + " (poisson_gaussian), and cut no batch to a size.");
            default ->
                throw new JsonException("unknown event type \"" + type + "\": known are gaussian, laplace,"
                        + " poisson_gaussian, poisson_laplace, eps_delta, poisson_sampled, repeated, composed,"
                        + " non_private");
        };
    }

    private static DpEvent repeated(Fields fields, String key, DpEvent event) {
        long count = fields.has(key) ? fields.count(key) : 1;
        return count == 1 ? event : new DpEvent.Repeated(count, event);
    }

    private static Map<String, Object> write(DpEvent event, long count) {
        if (event instanceof DpEvent.Gaussian gaussian) {
            return object("type", "gaussian", "sigma", gaussian.noiseMultiplier(), "count", count);
        }
        if (event instanceof DpEvent.Laplace laplace) {
            return object("type", "laplace", "b", laplace.scale(), "count", count);
        }
        if (event instanceof DpEvent.EpsilonDelta stated) {
            return object("type", "eps_delta", "eps", stated.epsilon(), "delta", stated.delta(), "count", count);
        }
        if (event instanceof DpEvent.PoissonSampled sampled) {
            return writeSampled(sampled, count);
        }
        if (count != 1) {
            return object("type", "repeated", "count", count, "event", write(event, 1));
        }
        if (event instanceof DpEvent.Repeated repeated) {
            return write(repeated.event(), repeated.count());
        }
        if (event instanceof DpEvent.Composed composed) {
            List<Object> parts = new ArrayList<>();
            composed.events().forEach(part -> parts.add(write(part)));
            return object("type", "composed", "events", parts);
        }
        return object("type", "non_private");
    }

    private static Map<String, Object> writeSampled(DpEvent.PoissonSampled sampled, long count) {
        double q = sampled.samplingProbability();
        if (sampled.event() instanceof DpEvent.Gaussian gaussian) {
            return object("type", "poisson_gaussian", "sigma", gaussian.noiseMultiplier(), "q", q, "steps", count);
        }
        if (sampled.event() instanceof DpEvent.Laplace laplace) {
            return object("type", "poisson_laplace", "b", laplace.scale(), "q", q, "count", count);
        }
        Map<String, Object> one = object("type", "poisson_sampled", "q", q, "event", write(sampled.event()));
        return count == 1 ? one : object("type", "repeated", "count", count, "event", one);
    }

    private static Map<String, Object> object(Object... keysAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return map;
    }

    /** One event's keys, with errors that name event and key. */
    private record Fields(Map<String, Object> object) {
        String type() {
            if (object.get("type") instanceof String type) {
                return type;
            }
            throw new JsonException("an event needs a \"type\": " + Json.write(object));
        }

        Fields only(String... keys) {
            Set<String> known = Set.of(keys);
            for (String key : object.keySet()) {
                if (!key.equals("type") && !known.contains(key)) {
                    throw new JsonException("event " + Json.write(object) + " has an unknown key \"" + key
                            + "\": a key that is not understood might change the cost, so it is not skipped");
                }
            }
            return this;
        }

        boolean has(String key) {
            return object.containsKey(key);
        }

        Object value(String key) {
            Object value = object.getOrDefault(key, Json.NULL);
            if (value == Json.NULL) {
                throw new JsonException("event " + Json.write(object) + " lacks \"" + key + "\"");
            }
            return value;
        }

        double number(String key) {
            if (value(key) instanceof Number number) {
                return number.doubleValue();
            }
            throw new JsonException("event " + Json.write(object) + ": \"" + key + "\" must be a number, got "
                    + Json.write(value(key)));
        }

        long count(String key) {
            double number = number(key);
            if (number >= 0 && number <= 9e15 && number == Math.rint(number)) {
                return (long) number;
            }
            throw new JsonException("event " + Json.write(object) + ": \"" + key
                    + "\" must be a whole number from 0 to 9e15, got " + Json.write(value(key)));
        }
    }
}
