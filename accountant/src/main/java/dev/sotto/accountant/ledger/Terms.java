package dev.sotto.accountant.ledger;

import dev.sotto.accountant.Adjacency;
import dev.sotto.accountant.json.Json;
import dev.sotto.accountant.json.JsonException;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What a cost holds for: without it a number is the cost of nothing in particular. Public, all of it.
 *
 * @param unit whose contribution is hidden
 * @param adjacency which two tables count as neighbours
 * @param table which table, in words, its conditions among them
 * @param rowIndependence how strictly one unit's contribution is computed from that unit alone, such as "exact"
 */
public record Terms(Unit unit, Adjacency adjacency, String table, String rowIndependence) implements Serializable {

    /** Whether costs under these terms and those may be composed: they hold for the same unit and the same neighbours. */
    public boolean addUpWith(Terms others) {
        return unit.isSameAs(others.unit) && adjacency == others.adjacency;
    }

    /** As it stands in a ledger line, see docs/formats.md. */
    public Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        if (unit instanceof Unit.Column column) {
            json.put("unit", "column");
            json.put("column", column.column());
            json.put("max_rows", column.maxRows());
        } else {
            json.put("unit", "row");
        }
        json.put("adjacency", adjacency.name().toLowerCase(Locale.ROOT));
        json.put("table", table);
        json.put("row_independence", rowIndependence);
        return json;
    }

    /**
     * Reads them back.
     *
     * @throws JsonException naming what is missing or unknown
     */
    public static Terms of(Object json) {
        Map<String, Object> object = Json.asObject(json, "terms");
        return new Terms(
                unit(object),
                adjacency(Values.text(object, "adjacency")),
                Values.text(object, "table"),
                Values.text(object, "row_independence"));
    }

    private static Unit unit(Map<String, Object> json) {
        String kind = Values.text(json, "unit");
        return switch (kind) {
            case "row" -> new Unit.Row();
            case "column" -> new Unit.Column(Values.text(json, "column"), Values.whole(json, "max_rows"));
            default -> throw new JsonException("unknown privacy unit \"" + kind + "\": known are row and column");
        };
    }

    private static Adjacency adjacency(String name) {
        try {
            return Adjacency.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException unknown) {
            throw new JsonException("unknown adjacency \"" + name + "\"");
        }
    }
}
