package dev.sotto.core.bench;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What to measure.
 *
 * @param model whose shape
 * @param rows rows in the batch
 * @param length tokens in each row, or pixels of each side of an image
 * @param repetitions measured steps of each mode
 * @param threads PyTorch's threads
 * @param layers of the model; 12 is the published base model
 * @param mallocThreshold bytes from which glibc gives freed memory back at once; 0 leaves glibc's own rule
 */
record StepOptions(
        BenchModel model, int rows, int length, int repetitions, int threads, int layers, long mallocThreshold) {
    static final String HELP =
            """
            scripts/bench models [options]: cost of a DP-BiTFiT step against steps without privacy, on the CPU
              --model NAME          bert, roberta, gpt2, vit, beit, each of base size, or resnet50 (bert)
              --rows N              rows in the batch (8)
              --length N            tokens in each row, at most 512 (128), or pixels of each side of an image (224)
              --repetitions N       measured steps of each kind (9)
              --threads N           PyTorch's threads (all cores)
              --layers N            layers of the model; fewer are quicker, and no longer the base model (12)
              --malloc-threshold N  bytes from which glibc returns freed memory at once; 0: its own rule (4194304,
                                    as scripts/sotto sets it)""";

    StepOptions {
        if (Math.min(Math.min(rows, length), Math.min(repetitions, threads)) < 1 || length > 512 || layers < 1) {
            throw new IllegalArgumentException("Counts start at 1 and rows have at most 512 tokens.\n" + HELP);
        }
    }

    static StepOptions parse(List<String> arguments) {
        BenchModel model = BenchModel.BERT;
        Map<String, Long> given = new HashMap<>();
        try {
            for (int i = 0; i + 1 < arguments.size(); i += 2) {
                String value = arguments.get(i + 1);
                if (arguments.get(i).equals("--model")) {
                    model = BenchModel.valueOf(value.toUpperCase(Locale.ROOT));
                } else {
                    given.put(arguments.get(i), Long.valueOf(value));
                }
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("Not a number, or a model that is not measured.\n" + HELP, e);
        }
        Set<String> unknown = new TreeSet<>(given.keySet());
        unknown.removeAll(
                List.of("--rows", "--length", "--repetitions", "--threads", "--layers", "--malloc-threshold"));
        if (arguments.size() % 2 == 1 || !unknown.isEmpty()) {
            throw new IllegalArgumentException("Options come with one value each, unknown: " + unknown + "\n" + HELP);
        }
        return new StepOptions(
                model,
                count(given, "--rows", 8),
                count(given, "--length", model.usualLength()),
                count(given, "--repetitions", 9),
                count(given, "--threads", Runtime.getRuntime().availableProcessors()),
                count(given, "--layers", 12),
                given.getOrDefault("--malloc-threshold", 4_194_304L));
    }

    private static int count(Map<String, Long> given, String name, int otherwise) {
        return Math.toIntExact(given.getOrDefault(name, (long) otherwise));
    }
}
