package dev.sotto.core.bench;

import com.google.gson.GsonBuilder;
import dev.sotto.core.model.RandomFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a DP-BiTFiT step costs against the same step without privacy, against full fine-tuning without privacy, and
 * against the forward pass. Each kind runs in a process of its own, all loaded at once, and they take turns step by step,
 * the first turn moving on every round: whatever else the machine does hits all of them alike. Peak memory is taken in
 * further processes, one after the other.
 */
final class StepCost {
    private static final long EXACT_MALLOC_THRESHOLD = 128 * 1024;

    private StepCost() {}

    public static void main(String[] args) throws IOException {
        if (List.of(args).contains("--help")) {
            System.out.println(StepOptions.HELP);
            return;
        }
        StepOptions options;
        try {
            options = StepOptions.parse(List.of(args));
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        Path work = Path.of(System.getProperty("bench.folder", "target/bench"));
        BenchModel model = options.model();
        Path folder = work.resolve(model + "-" + options.layers() + "-layers-" + options.length());
        System.err.println("Writing the model, unless it is there: " + folder);
        RandomFolder.write(folder, model.config(options.layers(), options.length()));
        Map<StepMode, StepResult> results = times(options, folder);
        peaks(options, folder, results);
        System.out.print(table(options, results));
        Path json = work.resolve("step-cost-" + model + ".json");
        Files.writeString(
                json,
                new GsonBuilder().setPrettyPrinting().create().toJson(json(options, results)) + System.lineSeparator());
        System.out.println("Also in " + json);
    }

    /** All kinds in turn, loaded at once. */
    private static Map<StepMode, StepResult> times(StepOptions options, Path folder) throws IOException {
        Map<StepMode, StepResult> results = new EnumMap<>(StepMode.class);
        Map<StepMode, StepProcess> processes = new EnumMap<>(StepMode.class);
        try {
            for (StepMode mode : StepMode.values()) {
                var process = new StepProcess(mode, folder, options, options.mallocThreshold());
                processes.put(mode, process);
                results.put(mode, new StepResult());
                process.awaitReady();
                process.warmUp();
                process.warmUp();
            }
            List<StepMode> turns = new ArrayList<>(processes.keySet());
            for (int round = 0; round < options.repetitions(); round++) {
                for (StepMode mode : turns) {
                    processes.get(mode).time(results.get(mode));
                }
                Collections.rotate(turns, 1);
            }
            return results;
        } finally {
            processes.values().forEach(StepProcess::close);
        }
    }

    /** One kind after the other, with an allocator that gives memory back at once, so that none is counted twice. */
    private static void peaks(StepOptions options, Path folder, Map<StepMode, StepResult> results) throws IOException {
        for (StepMode mode : StepMode.values()) {
            try (var process = new StepProcess(mode, folder, options, EXACT_MALLOC_THRESHOLD)) {
                process.awaitReady();
                process.warmUp();
                results.get(mode).peak(process.finish());
            }
        }
    }

    private static String table(StepOptions options, Map<StepMode, StepResult> results) {
        StepResult bias = results.get(StepMode.BIAS);
        StepResult full = results.get(StepMode.FULL);
        var text = new StringBuilder(String.format(
                Locale.ROOT,
                "%n%s, %d layers (of those that have them), %d rows of %d %s, %d threads, median of %d steps%n",
                options.model(),
                options.layers(),
                options.rows(),
                options.length(),
                options.model().unit(),
                options.threads(),
                options.repetitions()));
        text.append(String.format(
                "%-30s %8s %8s %10s %10s %10s %11s %11s%n",
                "", "wall s", "CPU s", "peak MiB", "CPU/bias", "CPU/full", "wall/bias", "peak/bias"));
        results.forEach((mode, result) -> text.append(String.format(
                Locale.ROOT,
                "%-30s %8.3f %8.3f %10.0f %10.3f %10.3f %11.3f %11.3f%n",
                mode.words(),
                result.wallSeconds(),
                result.cpuSeconds(),
                result.peakBytes() / 1048576.0,
                result.cpuOver(bias),
                result.cpuOver(full),
                result.wallOver(bias),
                result.peakOver(bias))));
        text.append("Peak: most resident memory above what stays between steps (weights, JVM). Ratios of times:"
                + " median over rounds.\n");
        StepResult bitfit = results.get(StepMode.DP_BITFIT);
        text.append(bar("CPU time, DP-BiTFiT / biases and head", bitfit.cpuOver(bias), 1.05));
        text.append(bar("CPU time, DP-BiTFiT / all parameters", bitfit.cpuOver(full), 0.75));
        text.append(bar("peak memory, DP-BiTFiT / biases and head", bitfit.peakOver(bias), 1.05));
        if (options.model().hasAttention()) {
            StepResult lora = results.get(StepMode.LORA);
            text.append(bar("CPU time, DP-LoRA / DP-BiTFiT", lora.cpuOver(bitfit), 1.15));
            text.append(bar("peak memory, DP-LoRA / DP-BiTFiT", lora.peakOver(bitfit), 1.15));
        }
        return text.toString();
    }

    private static String bar(String what, double found, double atMost) {
        return String.format(
                Locale.ROOT,
                "%-45s %.3f, at most %.2f is wanted: %s%n",
                what,
                found,
                atMost,
                found <= atMost ? "met" : "NOT met");
    }

    private static Map<String, Object> json(StepOptions options, Map<StepMode, StepResult> results) {
        Map<String, Object> modes = new LinkedHashMap<>();
        results.forEach((mode, result) -> {
            Map<String, Object> values = new LinkedHashMap<>();
            values.put("wallSeconds", result.wallSeconds());
            values.put("cpuSeconds", result.cpuSeconds());
            values.put("peakBytes", result.peakBytes());
            values.put("wallNanoseconds", result.wall());
            values.put("cpuNanoseconds", result.cpu());
            for (StepMode other : List.of(StepMode.BIAS, StepMode.FULL)) {
                String suffix = "Over" + (other == StepMode.BIAS ? "Bias" : "Full");
                values.put("wall" + suffix, result.wallOver(results.get(other)));
                values.put("cpu" + suffix, result.cpuOver(results.get(other)));
                values.put("peak" + suffix, result.peakOver(results.get(other)));
            }
            modes.put(mode.name(), values);
        });
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("model", options.model().toString());
        json.put("layers", options.layers());
        json.put("rows", options.rows());
        json.put("length", options.length());
        json.put("threads", options.threads());
        json.put("repetitions", options.repetitions());
        json.put("mallocThreshold", options.mallocThreshold());
        json.put("modes", modes);
        return json;
    }
}
