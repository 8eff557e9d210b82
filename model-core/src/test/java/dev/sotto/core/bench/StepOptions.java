package dev.sotto.core.bench;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What to measure.
 *
 * @param rows rows in the batch
 * @param length tokens in each row
 * @param repetitions measured steps of each mode
 * @param threads PyTorch's threads
 * @param layers of the BERT that is measured; 12 is BERT-base
 * @param mallocThreshold bytes from which glibc gives freed memory back at once; 0 leaves glibc's own rule
 */
record StepOptions(int rows, int length, int repetitions, int threads, int layers, long mallocThreshold) {
    static final String HELP =
            """
            scripts/bench models [options]: cost of a DP-BiTFiT step against steps without privacy, BERT-base on the CPU
              --rows N              rows in the batch (8)
              --length N            tokens in each row, at most 512 (128)
              --repetitions N       measured steps of each kind (9)
              --threads N           PyTorch's threads (all cores)
              --layers N            layers of the model; fewer are quicker, and no longer BERT-base (12)
              --malloc-threshold N  bytes from which glibc returns freed memory at once; 0: its own rule (4194304,
                                    as scripts/sotto sets it)""";

    StepOptions {
        if (Math.min(Math.min(rows, length), Math.min(repetitions, threads)) < 1 || length > 512 || layers < 1) {
            throw new IllegalArgumentException("Counts start at 1 and rows have at most 512 tokens.\n" + HELP);
        }
    }

    static StepOptions parse(List<String> arguments) {
        Map<String, Long> given = new HashMap<>();
        for (int i = 0; i + 1 < arguments.size(); i += 2) {
            given.put(arguments.get(i), Long.valueOf(arguments.get(i + 1)));
        }
        Set<String> unknown = new TreeSet<>(given.keySet());
        unknown.removeAll(
                List.of("--rows", "--length", "--repetitions", "--threads", "--layers", "--malloc-threshold"));
        if (arguments.size() % 2 == 1 || !unknown.isEmpty()) {
            throw new IllegalArgumentException("Options come with one number each, unknown: " + unknown + "\n" + HELP);
        }
        return new StepOptions(
                count(given, "--rows", 8),
                count(given, "--length", 128),
                count(given, "--repetitions", 9),
                count(given, "--threads", Runtime.getRuntime().availableProcessors()),
                count(given, "--layers", 12),
                given.getOrDefault("--malloc-threshold", 4_194_304L));
    }

    private static int count(Map<String, Long> given, String name, int otherwise) {
        return Math.toIntExact(given.getOrDefault(name, (long) otherwise));
    }

    RandomBert model() {
        return new RandomBert(layers, 768, 30_522, 512, 2);
    }
}
