package dev.sotto.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sotto.job.OwnJvm;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two neighbouring tables, one key: everything that a run writes, apart from the trained model and the noisy count, is the same for both. The person more
 * in one of them moves the places of others, and with these the samples of all steps: counts, losses and norms differ, and would show.
 *
 * <p>What a clock or the machine gives (times, ports, ids) is masked. Spark's own counters (rows, bytes, milliseconds of a task), which
 * stand in the event log, the REST pages and the sinks of Spark's sources, do differ: these three are off by default, they are switched
 * on here, and a run says so. Everything else in them is compared: descriptions, names, settings, plans.
 */
class NeighboursTest {

    private static final int STEPS = 6;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What Spark measures, by the names it gives that in its event log and REST pages. */
    private static final Pattern MEASURED = Pattern.compile(
            "(?i).*(time|metrics|accum|bytes|records|memory|disk|duration|size|shuffle(read|write)|host|port|uri|gc"
                    + "|launch|submitted|tasks|logs|java class|peak|rddblocks|attempt).*");

    @TempDir
    Path folder;

    @Test
    void everythingWritten_isTheSameForNeighbouringTables() throws Exception {
        Path model = TinyModel.in(folder);
        Process one = train("a", model, "");
        Process other = train("b", model, "p-new,word5 word11 word99 word98 word97 word96,no\n".repeat(7));
        finish("a", one);
        finish("b", other);

        assertThat(released("a")).as("the neighbour has taken part").isNotEqualTo(released("b"));
        assertSame("the console", console("a"), console("b"));
        assertThat(String.join("\n", console("a")))
                .contains(
                        "step 6/6", "spark.eventLog.enabled is on", "spark.ui.enabled is on", "metrics sink csv is on");
        assertSame("the reports", reports("a"), reports("b"));
        assertSame("checkpoints and ledger", checkpoints("a"), checkpoints("b"));
        assertThat(checkpoints("a")).hasSizeGreaterThan(STEPS);
        assertSame("the metrics", metrics("a"), metrics("b"));
        assertThat(metrics("a")).contains("APPLICATION.driver.sotto.steps.csv=6");
        assertSame("the event log", events("a"), events("b"));
        assertThat(events("a")).anyMatch(line -> line.contains("Step 6 of 6"));
        assertSame("the REST pages", pages("a"), pages("b"));
        assertThat(pages("a")).anyMatch(line -> line.contains("Step 6 of 6"));
        assertSame("the files left", leftBehind("a"), leftBehind("b"));
    }

    /** Says what only one of them holds, and no more. */
    private static void assertSame(String what, List<String> one, List<String> other) {
        List<String> onlyOne = new ArrayList<>(one);
        other.forEach(onlyOne::remove);
        List<String> onlyOther = new ArrayList<>(other);
        one.forEach(onlyOther::remove);
        assertThat(onlyOne).as("what %s of one table alone hold", what).isEmpty();
        assertThat(onlyOther).as("what %s of the other table alone hold", what).isEmpty();
    }

    private Process train(String name, Path model, String more) throws IOException {
        Path run = Files.createDirectory(folder.resolve(name));
        Path table = TinyModel.table(run, "table.csv", 400);
        Files.writeString(table, more, StandardOpenOption.APPEND);
        Map<String, String> properties = new HashMap<>();
        properties.put(
                "log4j2.configurationFile",
                Path.of("../scripts/embedded-spark/conf/log4j2.properties")
                        .toUri()
                        .toString());
        properties.put(
                "java.io.tmpdir", Files.createDirectory(run.resolve("tmp")).toString());
        properties.put(
                "spark.local.dir", Files.createDirectory(run.resolve("local")).toString());
        properties.put("spark.eventLog.enabled", "true");
        properties.put("spark.eventLog.compress", "false");
        properties.put(
                "spark.eventLog.dir",
                Files.createDirectory(run.resolve("events")).toUri().toString());
        properties.put("spark.ui.enabled", "true");
        properties.put("spark.ui.port", "0");
        properties.put("spark.metrics.conf.*.sink.csv.class", "org.apache.spark.metrics.sink.CsvSink");
        properties.put(
                "spark.metrics.conf.*.sink.csv.directory",
                Files.createDirectory(run.resolve("metrics")).toString());
        List<String> arguments = List.of(
                run.resolve("kept").toString(),
                "train",
                "--table=" + table,
                "--text-column=message",
                "--label-column=answer",
                "--labels=no,yes",
                "--privacy-unit-column=person",
                "--units=40",
                "--model=" + model,
                "--partitions=3",
                "--noise-multiplier=1",
                "--delta=1e-4",
                "--batch-size=10",
                "--steps=" + STEPS,
                "--learning-rate=0.01",
                "--insecure-seed=4711",
                "--run-id=week-7",
                "--checkpoint-every=1",
                "--ledger=" + run.resolve("ledger"),
                "--output=" + run.resolve("out"));
        return OwnJvm.start(properties, run.resolve("console.txt"), WatchedRun.class, arguments);
    }

    private void finish(String name, Process run) throws Exception {
        assertThat(run.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThat(run.exitValue())
                .as(() -> read(folder.resolve(name).resolve("console.txt")))
                .isZero();
    }

    private byte[] released(String name) throws IOException {
        return Files.readAllBytes(folder.resolve(name).resolve("out/model/model.safetensors"));
    }

    /** Standard output and error, in no order: two threads may write. */
    private List<String> console(String name) {
        return read(folder.resolve(name).resolve("console.txt"))
                .lines()
                .map(line -> masked(name, line))
                .sorted()
                .toList();
    }

    private List<String> reports(String name) {
        String chained =
                "(\"(first|head|settings)\" ?: ?\"|<th>Head</th><td>)[0-9a-f]{64}"; // random words, times, and the
        // table's address
        String released = "(\"(model|delta)/\\S+ : \"|<th>(model/|delta/|privacy-report)\\S+</th><td>)[0-9a-f]{64}";
        return Stream.of("privacy-report.json", "privacy-report.html", "model/sotto-provenance.json")
                .map(file -> masked(
                                name, read(folder.resolve(name).resolve("out").resolve(file)))
                        .replaceAll(chained, "$1")
                        .replaceAll(released, "$1"))
                .toList();
    }

    /** Names, lengths, and what a checkpoint says of itself; its state is released. */
    private List<String> checkpoints(String name) throws IOException {
        List<String> found = new ArrayList<>();
        for (Path file : files(folder.resolve(name).resolve("kept"))) {
            if (!file.toString().endsWith(".json")) {
                byte[] bytes = Files.readAllBytes(file);
                String head = file.toString().endsWith(".ckpt")
                        ? new String(bytes, 12, ByteBuffer.wrap(bytes, 8, 4).getInt(), StandardCharsets.UTF_8)
                        : new String(bytes, StandardCharsets.UTF_8)
                                .replaceAll("[0-9a-f]{64}", "HASH"); // of the table's address, among others
                found.add(masked(name, file.getFileName() + " " + bytes.length + " " + head));
            }
        }
        for (Path line : files(folder.resolve(name).resolve("ledger"))) {
            String chained = "\"(nonce|hash|previous)\":\"[0-9a-f]+\""; // of random words and times
            String noted =
                    "(\"released |\\\\\"(first|head)\\\\\":\\\\\")[0-9a-f]{64}"; // of what is released, and of the
            // chain
            found.add(masked(name, line.getFileName() + " " + read(line))
                    .replaceAll(chained, "$1")
                    .replaceAll(noted, "$1"));
        }
        return found;
    }

    /** The last value of each of Sotto's metrics; of Spark's the names. */
    private List<String> metrics(String name) throws IOException {
        return files(folder.resolve(name).resolve("metrics")).stream()
                .map(file -> masked(name, file.getFileName().toString())
                        + (file.toString().contains(".sotto.") ? "=" + lastValue(file) : ""))
                .toList();
    }

    private static String lastValue(Path csv) {
        List<String> lines = read(csv).lines().toList();
        return lines.get(lines.size() - 1).replaceFirst("^\\d+,", "");
    }

    /**
     * That rows are given up is told once, where a run does it, and once more if Java's collector finds them before the run has ended: Spark
     * then gives them up again. The first is compared, the second is a matter of the collector's time.
     */
    private List<String> events(String name) throws IOException {
        List<String> found = new ArrayList<>();
        Set<JsonNode> givenUp = new HashSet<>();
        for (Path log : files(folder.resolve(name).resolve("events"))) {
            for (String line : read(log).lines().toList()) {
                JsonNode event = JSON.readTree(line);
                String kind = event.get("Event").asText();
                if (!kind.equals("SparkListenerUnpersistRDD") || givenUp.add(event)) {
                    addLeaves(event, kind, found);
                }
            }
        }
        return found.stream().map(leaf -> masked(name, leaf)).sorted().toList(); // tasks end in any order
    }

    private List<String> pages(String name) throws IOException {
        List<String> found = new ArrayList<>();
        for (Path page : files(folder.resolve(name).resolve("kept"))) {
            if (page.toString().endsWith(".json")) {
                addLeaves(JSON.readTree(read(page)), page.getFileName().toString(), found);
            }
        }
        return found.stream().map(leaf -> masked(name, leaf)).sorted().toList();
    }

    /** All values with the way to them, but for what Spark measured. */
    private static void addLeaves(JsonNode node, String way, List<String> found) {
        if (node instanceof ObjectNode object) {
            object.properties().forEach(field -> {
                if (!MEASURED.matcher(field.getKey()).matches()) {
                    addLeaves(field.getValue(), way + "/" + field.getKey(), found);
                }
            });
        } else if (node instanceof ArrayNode array) {
            array.forEach(each -> addLeaves(each, way + "[]", found));
        } else {
            found.add(way + " = " + node.asText());
        }
    }

    private List<String> leftBehind(String name) throws IOException {
        List<String> found = new ArrayList<>();
        for (String place : List.of("tmp", "local", "out")) {
            for (Path file : files(folder.resolve(name).resolve(place))) {
                found.add(masked(name, folder.resolve(name).relativize(file).toString()));
            }
        }
        return found;
    }

    /** Without what depends on the folder, the clock and the machine. */
    private String masked(String name, String text) {
        return text.replace(folder.resolve(name).toString(), "RUN")
                .replaceAll("\\d{4}-\\d\\d-\\d\\d([T ]\\d\\d:\\d\\d(:\\d\\d(\\.\\d+)?)?(Z| UTC)?)?", "DATE")
                .replaceAll("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "UUID")
                .replaceAll("Lambda\\$\\d+/0x[0-9a-f]+@[0-9a-f]+", "LAMBDA") // named anew in each JVM
                .replaceAll("(usable units: about |\"found\" : )\\d+", "$1RELEASED")
                .replaceAll("about \\d+, counted once", "RELEASED")
                .replaceAll("local-\\d{13}", "APPLICATION")
                .replaceAll("\\b\\d{13}\\b", "MILLIS")
                .replaceAll("(sparkProperties\\S+ = )\\d{5}$", "$1PORT")
                .replaceAll("\\b\\d\\d:\\d\\d:\\d\\d\\b", "TIME")
                .replaceAll("(left|took) \\d+:\\d\\d", "$1 TIME")
                .replaceAll("\"seconds\" : \\d+|<td>\\d+ s</td>", "SECONDS");
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.toString().endsWith(".crc"))
                    .sorted()
                    .toList();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }
}
