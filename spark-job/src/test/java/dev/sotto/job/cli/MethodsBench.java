package dev.sotto.job.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sotto.core.engine.ProcessMemory;
import dev.sotto.job.OwnJvm;
import dev.sotto.job.bench.BenchFile;
import dev.sotto.job.report.Console;
import dev.sotto.job.report.PrivacyReport;
import dev.sotto.job.train.Finished;
import dev.sotto.job.train.TrainJob;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;

/**
 * What each method costs and gives on SST-2 with one seed model: each in a JVM of its own, runs of each epsilon again and again, with keys from
 * the operating system as ever. The settings are those of scripts/examples/sst2.yaml, the same for all methods.
 */
public final class MethodsBench {
    private static final String ANSWER = "run ";
    private static final List<String> METHODS = List.of(
            "bitfit", "head", "norms", "lora", "lora+bitfit", "adapter", "adapter+bitfit", "compacter", "prefix");

    private MethodsBench() {}

    /**
     * A run.
     *
     * @param d numbers that it trained
     * @param seconds of a step, median
     * @param peakBytes resident in its process, which computes as driver and executor
     * @param bytesIn that a step's tasks sent the driver, in the mean
     */
    private record Run(
            String method, double epsilon, long d, double seconds, long peakBytes, double bytesIn, double accuracy) {}

    /** Takes a folder with train.tsv and dev.tsv, a model folder, epsilons, runs of each, epochs, and methods (all of them). */
    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals("one")) {
            one(Arrays.asList(arguments).subList(1, arguments.length));
            return;
        }
        String options = "sotto.test.jvm.args"; // of the JVMs that follow, which compile as a run's does
        System.setProperty(options, System.getProperty(options) + " -XX:TieredStopAtLevel=4");
        List<String> settings = Arrays.asList(arguments).subList(0, 5);
        List<String> methods = arguments.length > 5 ? Arrays.asList(arguments).subList(5, arguments.length) : METHODS;
        List<Run> runs = new ArrayList<>();
        for (String method : methods) {
            runs.addAll(inItsOwnJvm(method, settings));
        }
        BenchFile.write("methods.json", runs);
        methods.stream().map(method -> line(method, runs, settings.get(2))).forEach(System.out::println);
    }

    private static List<Run> inItsOwnJvm(String method, List<String> settings)
            throws IOException, InterruptedException {
        Path log = BenchFile.folder().resolve("methods-" + method.replace('+', '-') + ".log");
        List<String> words = new ArrayList<>(List.of("one", method));
        words.addAll(settings);
        System.err.println(method + " ...");
        int code = OwnJvm.start(Map.of("spark.log.level", "ERROR"), log, MethodsBench.class, words)
                .waitFor();
        if (code != 0) {
            throw new IllegalStateException(method + " ended with code " + code + ", see " + log);
        }
        List<Run> runs = new ArrayList<>();
        for (String line : Files.readAllLines(log)) {
            if (line.startsWith(ANSWER)) {
                runs.add(new ObjectMapper().readValue(line.substring(ANSWER.length()), Run.class));
            }
        }
        return runs;
    }

    /** One method, in this JVM. */
    private static void one(List<String> words) throws IOException, InterruptedException {
        String method = words.get(0);
        try (SparkSession session =
                SparkSession.builder().appName("sotto bench methods").getOrCreate()) {
            for (String epsilon : words.get(3).split(",", -1)) {
                for (int i = 0; i < Integer.parseInt(words.get(4)); i++) {
                    Run run = run(session, method, Double.parseDouble(epsilon), words);
                    System.out.println(ANSWER + new ObjectMapper().writeValueAsString(run));
                }
            }
        }
    }

    private static Run run(SparkSession session, String method, double epsilon, List<String> words)
            throws IOException, InterruptedException {
        List<Finished> finished = new ArrayList<>();
        var console = new Console(new PrintStream(System.err, true, StandardCharsets.UTF_8), false, Clock.systemUTC());
        var err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        ProcessMemory.settle();
        ProcessMemory.forgetPeak();
        var steps = new StepListener();
        session.sparkContext().addSparkListener(steps);
        int code = Sotto.commandLine(settings -> finished.add(TrainJob.in(session, settings, console)))
                .setErr(err)
                .execute(options(method, epsilon, words));
        session.sparkContext().removeSparkListener(steps);
        if (code != 0) {
            throw new IllegalStateException("train ended with code " + code);
        }
        PrivacyReport report = finished.get(0).report();
        return new Run(
                method,
                epsilon,
                report.learning().trainedParameters(),
                steps.seconds(),
                ProcessMemory.peak(),
                steps.bytes(),
                report.evaluation().after().get("accuracy"));
    }

    private static String[] options(String method, double epsilon, List<String> words) throws IOException {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("table", Path.of(words.get(1), "train.tsv").toString());
        options.put("eval-table", Path.of(words.get(1), "dev.tsv").toString());
        options.put("reader-options", "quote=");
        options.put("text-column", "sentence");
        options.put("label-column", "label");
        options.put("labels", "0,1");
        options.put("max-length", "66");
        options.put("units", "67349");
        options.put("model", words.get(2));
        options.put("method", method);
        options.put("epsilon", Double.toString(epsilon));
        options.put("delta", "1e-6");
        options.put("batch-size", "1000");
        options.put("epochs", words.get(5));
        options.put("optimizer", "adam");
        options.put("learning-rate", "5e-3");
        options.put("schedule", "linear");
        options.put("partitions", "4");
        options.put("output", Files.createTempDirectory("sotto-bench").toString());
        List<String> arguments = new ArrayList<>(List.of("train", "--eval-table-is-public"));
        options.forEach((name, value) -> arguments.add("--" + name + "=" + value));
        return arguments.toArray(String[]::new);
    }

    private static String line(String method, List<Run> all, String epsilons) {
        List<Run> runs = all.stream().filter(run -> run.method().equals(method)).toList();
        String accuracies = Arrays.stream(epsilons.split(",", -1))
                .map(epsilon -> "epsilon " + epsilon + ": "
                        + runs.stream()
                                .filter(run -> run.epsilon() == Double.parseDouble(epsilon))
                                .map(run -> String.format(Locale.ROOT, "%.1f %%", 100 * run.accuracy()))
                                .collect(Collectors.joining(", ")))
                .collect(Collectors.joining(" | "));
        return String.format(
                Locale.ROOT,
                "%-15s| d %,9d | %6.3f s a step | peak %,5d MB | out %,9d bytes, in %,9.0f | %s",
                method,
                runs.get(0).d(),
                runs.stream().mapToDouble(Run::seconds).min().orElseThrow(),
                runs.stream().mapToLong(Run::peakBytes).max().orElseThrow() / 1_000_000,
                4L * runs.get(0).d(),
                runs.stream().mapToDouble(Run::bytesIn).average().orElseThrow(),
                accuracies);
    }
}
