package dev.sotto.core.checkpoint;

import dev.sotto.accountant.DpEvent;
import dev.sotto.accountant.json.EventJson;
import dev.sotto.accountant.json.Json;
import dev.sotto.accountant.json.JsonException;
import dev.sotto.accountant.ledger.Terms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which private tables a model has learned from, and at what cost. It travels with the model: whoever trains on from there on the same
 * data adds to that cost, and would not know it otherwise. Public, all of it.
 *
 * @param links one for each run, the earliest first
 */
public record Provenance(List<Link> links) {

    /** In a model's folder; other programs pass it over. */
    public static final String FILE = "sotto-provenance.json";

    private static final long FORMAT = 1;

    /** Of a model that has learned from no private table that is known of. */
    public static final Provenance NONE = new Provenance(List.of());

    public Provenance {
        links = List.copyOf(links);
    }

    /**
     * One run.
     *
     * @param run its id
     * @param seedHash SHA-256 of the weights that it began from, hexadecimal
     * @param terms what its cost holds for
     * @param event all that it drew, at the most
     * @param ledger where it was charged; null where no ledger was kept
     */
    public record Link(String run, String seedHash, Terms terms, DpEvent event, @Nullable Charged ledger) {

        /** A ledger has one run of a name, and two ledgers may have one each. */
        private boolean isOfTheRunOf(Link other) {
            return run.equals(other.run) && Objects.equals(identity(), other.identity());
        }

        private @Nullable String identity() {
            return ledger == null ? null : ledger.identity();
        }
    }

    /**
     * A ledger as it was when a run ended.
     *
     * @param identity hash of its first line
     * @param head hash of its last line then
     */
    public record Charged(String identity, String head) {}

    /** Ids of the runs. */
    public List<String> runs() {
        return links.stream().map(Link::run).toList();
    }

    /** The same, and one run more. */
    public Provenance with(Link link) {
        List<Link> all = new ArrayList<>(links);
        all.add(link);
        return new Provenance(all);
    }

    /** The same, and what another says of other runs. */
    public Provenance and(Provenance other) {
        return new Provenance(Stream.concat(links.stream(), other.links.stream().filter(link -> links.stream()
                        .noneMatch(link::isOfTheRunOf)))
                .toList());
    }

    /**
     * What a model's folder says.
     *
     * @throws IOException if it cannot be read
     * @throws IllegalArgumentException if it is not understood
     */
    public static Provenance of(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        return Files.exists(file) ? read(Files.readString(file)) : NONE;
    }

    /** One line of JSON, see docs/formats.md. */
    public String json() {
        List<Object> all = new ArrayList<>();
        links.forEach(link -> all.add(json(link)));
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("format", FORMAT);
        root.put("runs", all);
        return Json.write(root);
    }

    private static Map<String, Object> json(Link link) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("run", link.run());
        json.put("seed_sha256", link.seedHash());
        json.put("terms", link.terms().json());
        json.put("event", EventJson.write(link.event()));
        Charged ledger = link.ledger();
        if (ledger != null) {
            Map<String, Object> charged = new LinkedHashMap<>(); // in one order, or equal models would differ
            charged.put("first", ledger.identity());
            charged.put("head", ledger.head());
            json.put("ledger", charged);
        }
        return json;
    }

    /**
     * Reads it back.
     *
     * @throws IllegalArgumentException if it is of another format, or something is missing
     */
    public static Provenance read(String text) {
        Map<String, Object> root = Json.readObject(text);
        if (!Long.valueOf(FORMAT).equals(root.get("format"))) {
            throw new JsonException("\"format\" is " + root.get("format") + " where " + FORMAT + " is understood");
        }
        return new Provenance(Json.asArray(root.getOrDefault("runs", Json.NULL), "\"runs\"").stream()
                .map(each -> link(Json.asObject(each, "a run")))
                .toList());
    }

    private static Link link(Map<String, Object> json) {
        Charged ledger = Optional.ofNullable(json.get("ledger"))
                .map(each -> Json.asObject(each, "\"ledger\""))
                .map(each -> new Charged(text(each, "first"), text(each, "head")))
                .orElse(null);
        return new Link(
                text(json, "run"),
                text(json, "seed_sha256"),
                Terms.of(json.getOrDefault("terms", Json.NULL)),
                EventJson.read(json.getOrDefault("event", Json.NULL)),
                ledger);
    }

    private static String text(Map<String, Object> json, String key) {
        if (json.get(key) instanceof String text) {
            return text;
        }
        throw new JsonException("\"" + key + "\" is missing or no text");
    }
}
