package dev.sotto.job.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.StreamSupport;

/** Two builds' rows of {@link StepBench}, from two turns of each, in one table. */
public final class SideBySide {

    private SideBySide() {}

    /** Takes the files of the older build's two turns, then of the newer one's. */
    public static void main(String[] files) throws IOException {
        var json = new ObjectMapper();
        List<JsonNode> turns = new ArrayList<>();
        for (String file : files) {
            turns.add(json.readTree(Path.of(file).toFile()));
        }
        System.out.println("partitions   median step ms        driver's CPU ms       bytes a sum       sums to driver"
                + "  shuffle MB     tasks       bits");
        System.out.println("            before   now  ratio   before   now  ratio   before     now    before   now  "
                + " before   now  before  now");
        List<Map<String, Object>> rows = new ArrayList<>();
        for (int i = 0; i < turns.get(0).size(); i++) {
            rows.add(row(
                    List.of(turns.get(0).get(i), turns.get(1).get(i)),
                    List.of(turns.get(2).get(i), turns.get(3).get(i))));
        }
        BenchFile.write("cluster-against.json", rows);
    }

    private static Map<String, Object> row(List<JsonNode> before, List<JsonNode> now) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("partitions", now.get(0).get("partitions").asInt());
        for (String name : List.of("step_ms", "driver_cpu_ms")) {
            row.put(name + "_before", median(before, name));
            row.put(name, median(now, name));
        }
        boolean equal = before.get(0).get("digest").equals(now.get(0).get("digest"));
        row.put("before", before);
        row.put("now", now);
        row.put("equal_bits", equal);
        System.out.printf(
                Locale.ROOT,
                "%10d %7.0f %6.0f %6.3f %8.0f %5.0f %6.3f %8d %7d %9d %5d %8.1f %5.1f %7d %4d  %s%n",
                now.get(0).get("partitions").asInt(),
                median(before, "step_ms"),
                median(now, "step_ms"),
                median(now, "step_ms") / median(before, "step_ms"),
                median(before, "driver_cpu_ms"),
                median(now, "driver_cpu_ms"),
                median(now, "driver_cpu_ms") / median(before, "driver_cpu_ms"),
                bytesOfSum(before),
                bytesOfSum(now),
                number(before, "sums_to_driver"),
                number(now, "sums_to_driver"),
                number(before, "shuffle_bytes") / 1e6,
                number(now, "shuffle_bytes") / 1e6,
                number(before, "tasks"),
                number(now, "tasks"),
                equal ? "equal" : "DIFFER");
        return row;
    }

    private static double median(List<JsonNode> turns, String name) {
        double[] values = turns.stream()
                .flatMap(turn -> StreamSupport.stream(turn.get(name).spliterator(), false))
                .mapToDouble(JsonNode::asDouble)
                .sorted()
                .toArray();
        return values[values.length / 2];
    }

    private static long number(List<JsonNode> turns, String name) {
        return turns.get(0).get(name).asLong();
    }

    private static long bytesOfSum(List<JsonNode> turns) {
        return number(turns, "bytes_to_driver") / number(turns, "sums_to_driver");
    }
}
