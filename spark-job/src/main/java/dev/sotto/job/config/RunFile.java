package dev.sotto.job.config;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.ConstructNode;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.constructor.ConstructYamlNull;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import org.snakeyaml.engine.v2.schema.FailsafeSchema;

/**
 * A YAML run file: one mapping from option names to values. Every scalar stays the text that was typed ({@code no} is
 * the label "no", not a truth value): the command line's own converters give it a type, so both mean the same.
 *
 * @param entries in the order of the file
 */
public record RunFile(Map<String, Value> entries) {

    /** What a key may hold. */
    public sealed interface Value {
        record Scalar(String text) implements Value {}

        record Items(List<String> items) implements Value {}

        record Options(Map<String, String> options) implements Value {}

        record Mappings(List<RunFile> list) implements Value {}
    }

    /** YAML's failsafe schema, in which an empty value is an empty text too; null is nothing, which no setting can be. */
    private static final class TextSchema extends FailsafeSchema {
        private static final Set<String> NULLS = Set.of("null", "Null", "NULL", "~");

        @Override
        public ScalarResolver getScalarResolver() {
            return (value, implicit) -> implicit && NULLS.contains(value) ? Tag.NULL : Tag.STR;
        }

        @Override
        public Map<Tag, ConstructNode> getSchemaTagConstructors() {
            Map<Tag, ConstructNode> constructors = new HashMap<>(super.getSchemaTagConstructors());
            constructors.put(Tag.NULL, new ConstructYamlNull());
            return constructors;
        }
    }

    /**
     * Parses the bytes of a run file; values of the wrong shape are added to {@code faults}.
     *
     * @throws IllegalArgumentException if there is no mapping to take settings from
     */
    public static RunFile parse(String name, byte[] yaml, Faults faults) {
        LoadSettings settings = LoadSettings.builder()
                .setLabel(name)
                .setSchema(new TextSchema())
                .setAllowDuplicateKeys(false)
                .setMaxAliasesForCollections(16)
                .setCodePointLimit(1 << 20)
                .build();
        Object root;
        try {
            root = new Load(settings).loadFromString(new String(yaml, StandardCharsets.UTF_8));
        } catch (YamlEngineException e) {
            throw new IllegalArgumentException(
                    "The run file " + name + " is not one readable YAML document: "
                            + oneLine(String.valueOf(e.getMessage()))
                            + ". Write one 'key: value' a line, each key once.",
                    e);
        }
        if (!(root instanceof Map<?, ?> mapping)) {
            throw new IllegalArgumentException("The run file " + name
                    + " holds no settings. Write one 'key: value' a line, such as" + " 'table: data/train.parquet'.");
        }
        Map<String, Value> entries = new LinkedHashMap<>();
        mapping.forEach((key, value) -> {
            Value read = value(value);
            if (read == null && value instanceof List<?> list && list.stream().anyMatch(Map.class::isInstance)) {
                faults.add(
                        String.valueOf(key),
                        "its value in " + name
                                + " is a list in which some entry is no mapping of names to values, or has a value that is empty or nested too"
                                + " deeply. Write each entry as {name: value, ...}.");
            } else if (read == null) {
                faults.add(
                        String.valueOf(key),
                        "its value in " + name
                                + " is empty, has an empty or null part, or is nested too deeply. Write a value,"
                                + " a list of values, or a mapping of names to values; or leave the key out. The text null"
                                + " stands in quotes.");
            } else {
                entries.put(String.valueOf(key), read);
            }
        });
        return new RunFile(entries);
    }

    private static @Nullable Value value(@Nullable Object value) {
        if (value instanceof String text) {
            return text.isBlank() ? null : new Value.Scalar(text);
        }
        if (value instanceof List<?> list && !list.isEmpty() && list.stream().allMatch(Map.class::isInstance)) {
            return mappings(list);
        }
        if (value instanceof List<?> list) {
            List<String> items = new ArrayList<>();
            for (Object item : list) {
                if (!(item instanceof String text) || text.isBlank()) {
                    return null;
                }
                items.add(text);
            }
            return new Value.Items(items);
        }
        if (value instanceof Map<?, ?> map) {
            Map<String, String> options = new LinkedHashMap<>();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                if (!(entry.getKey() instanceof String key) || !(entry.getValue() instanceof String text)) {
                    return null;
                }
                options.put(key, text);
            }
            return new Value.Options(options);
        }
        return null;
    }

    private static @Nullable Value mappings(List<?> list) {
        List<RunFile> mappings = new ArrayList<>();
        for (Object item : list) {
            Map<String, Value> entries = new LinkedHashMap<>();
            for (Map.Entry<?, ?> entry : ((Map<?, ?>) item).entrySet()) {
                Value inner = value(entry.getValue());
                if (!(entry.getKey() instanceof String key) || inner == null || inner instanceof Value.Mappings) {
                    return null;
                }
                entries.put(key, inner);
            }
            mappings.add(new RunFile(entries));
        }
        return new Value.Mappings(mappings);
    }

    private static String oneLine(String message) {
        return message.replaceAll("\\s*\\R\\s*", " ").strip();
    }
}
