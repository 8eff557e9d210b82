package dev.sotto.job.data;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a table holds, exactly, with examples: PRIVATE, all of it. For the eyes of one who may see the table, and for no log or file. */
public final class TableFindings implements Serializable {

    private static final long serialVersionUID = 1L;
    private static final int EXAMPLES = 3;
    private static final int DISTINCT = 1000;

    /** What can be the matter with a row. */
    public enum Kind {
        /** The unit's column holds null. */
        NO_UNIT,
        /** Beyond the rows that are kept of its unit. */
        BEYOND_CAP,
        /** Its label is not what was declared. */
        LABEL,
        /** Its text, words or image cannot be encoded. */
        INPUT,
        /** Its text is as long as texts may be, or longer. */
        LONG,
        /** It holds bytes that are no text in the encoding of the file. */
        ENCODING
    }

    private long rows;
    private long units;
    private long usableRows;
    private long usableUnits;
    private long longLines;
    private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);
    private final Map<Kind, List<String>> examples = new EnumMap<>(Kind.class);
    private final Map<String, Long> labels = new TreeMap<>(); // undeclared ones, as far as there is room
    private final Map<String, Long> faults = new TreeMap<>();

    void addRow(boolean usable) {
        rows++;
        usableRows += usable ? 1 : 0;
    }

    void addUnit(boolean usable) {
        units++;
        usableUnits += usable ? 1 : 0;
    }

    void addLongLines(long lines) {
        longLines += lines;
    }

    void add(Kind kind, @Nullable String example) {
        counts.merge(kind, 1L, Long::sum);
        List<String> few = examples.computeIfAbsent(kind, first -> new ArrayList<>());
        if (example != null && few.size() < EXAMPLES) {
            few.add(example);
        }
    }

    void addLabel(String undeclared) {
        add(labels, undeclared, 1);
    }

    void addFault(String ofInput) {
        add(faults, ofInput, 1);
    }

    private static void add(Map<String, Long> counts, String of, long count) {
        if (counts.containsKey(of) || counts.size() < DISTINCT) {
            counts.merge(of, count, Long::sum);
        }
    }

    /** Both together. */
    TableFindings and(TableFindings other) {
        rows += other.rows;
        units += other.units;
        usableRows += other.usableRows;
        usableUnits += other.usableUnits;
        longLines += other.longLines;
        other.counts.forEach((kind, count) -> counts.merge(kind, count, Long::sum));
        other.examples.forEach((kind, more) -> {
            List<String> few = examples.computeIfAbsent(kind, first -> new ArrayList<>());
            more.stream().limit(EXAMPLES - few.size()).forEach(few::add);
        });
        other.labels.forEach((label, count) -> add(labels, label, count));
        other.faults.forEach((fault, count) -> add(faults, fault, count));
        return this;
    }

    public long rows() {
        return rows;
    }

    public long units() {
        return units;
    }

    public long usableRows() {
        return usableRows;
    }

    public long usableUnits() {
        return usableUnits;
    }

    /** Lines that are longer than any record may be, and make no row. */
    public long longLines() {
        return longLines;
    }

    /** Rows of which this is the matter. */
    public long count(Kind kind) {
        return counts.getOrDefault(kind, 0L);
    }

    /** A few of them. */
    public List<String> examples(Kind kind) {
        return examples.getOrDefault(kind, List.of());
    }

    /** What is wrong with inputs that cannot be encoded, with how often it is so. */
    public Map<String, Long> faults() {
        return faults;
    }

    /** Undeclared labels with how often each is there; some, where there are very many. */
    public Map<String, Long> labels() {
        return labels;
    }
}
