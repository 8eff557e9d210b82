package dev.sotto.job.preflight;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Which processor this is, as far as numeric libraries choose their kernels by it. */
final class Processor {

    private static final List<String> VECTORS = List.of("amx_bf16", "avx512f", "avx2", "sve", "asimd"); // widest first

    private Processor() {}

    /**
     * The model and its widest vector instructions.
     *
     * @param cpuinfo lines of {@code /proc/cpuinfo}; those of its first processor count
     */
    static String of(Stream<String> cpuinfo) {
        Map<String, String> first = new LinkedHashMap<>();
        cpuinfo.takeWhile(line -> !line.isBlank())
                .map(line -> line.split(":", 2))
                .filter(pair -> pair.length == 2)
                .forEach(pair -> first.putIfAbsent(pair[0].strip(), pair[1].strip()));
        String name = first.getOrDefault("model name", "implementer " + first.get("CPU implementer"));
        String model = first.containsKey("model")
                ? "family " + first.get("cpu family") + " model " + first.get("model")
                : "part " + first.get("CPU part");
        List<String> flags = Arrays.asList(
                first.getOrDefault("flags", first.getOrDefault("Features", "")).split(" "));
        return name + ", " + model + ", "
                + VECTORS.stream().filter(flags::contains).findFirst().orElse("no wide vectors");
    }
}
