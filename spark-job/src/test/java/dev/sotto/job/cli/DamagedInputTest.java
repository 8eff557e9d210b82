package dev.sotto.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sotto.accountant.Adjacency;
import dev.sotto.accountant.DpEvent;
import dev.sotto.accountant.cli.Command;
import dev.sotto.accountant.cli.Commands;
import dev.sotto.accountant.ledger.Budget;
import dev.sotto.accountant.ledger.Ledger;
import dev.sotto.accountant.ledger.LocalLedgerStore;
import dev.sotto.accountant.ledger.Terms;
import dev.sotto.accountant.ledger.Unit;
import dev.sotto.job.ExitCode;
import dev.sotto.job.report.Console;
import dev.sotto.job.train.TrainJob;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Some hundred damaged settings, run files, models, tables and ledgers: each ends with a documented code, is told on lines that say what to do,
 * shows no stack, and charges nothing. Which bytes are damaged follows from fixed seeds.
 */
class DamagedInputTest {
    private static final Pattern ADVICE = Pattern.compile(
            "(?i)\\b(Ask|Begin|Check|Choose|Copy|Declare|Did you mean|Export|Fetch|Find|Give|Install|Keep|Known|Leave|Load|Make|Name|Options start|Pass|Pick"
                    + "|Put|Raise|Remove|Rename|Replace|Restore|Run|Save|Say|See|Set|Start|Take|Try|Use|Wait|Write|suits|is usual|turns it off|must be|such as|is a good|start)\\b|--help|stand before");
    private static final Pattern STACK = Pattern.compile(
            "(?m)^\\s+at [\\w.$]+\\(|^Caused by:|\\b[a-z]+(\\.[a-z]\\w*)+\\.[A-Z]\\w*(Exception|Error)\\b");

    private static final List<String> ODD =
            List.of("", " ", "-1", "0", "1e30", "nan", "banana", "null", "a,,b", "{", "é\u0000", "hdfs:", "no:such");

    private static final List<String> NOWHERE =
            List.of("", " ", "hdfs:", "no:such", "foo://x/y", "hdfs://no.such.host/x", "/proc/x");

    private static final int ONE_OF = 8; // odd values are tried for each option

    private static final Set<ExitCode> NOT_TRAINED =
            Set.of(ExitCode.SETTINGS, ExitCode.DATA, ExitCode.MODEL, ExitCode.OUTPUT, ExitCode.BUDGET);

    @TempDir
    static Path folder;

    private static Path seed = Path.of("");
    private static Path table = Path.of("");
    private static Path spent = Path.of("");

    private final List<String> wrong = new ArrayList<>();

    @BeforeAll
    static void makeWhatIsWhole() throws IOException {
        seed = TinyModel.in(folder);
        table = TinyModel.table(folder, "table.csv", 40);
        spent = folder.resolve("spent");
        Ledger ledger = Ledger.open(new LocalLedgerStore(spent));
        ledger.setBudget(new Budget(1, 1e-3));
        ledger.reserve(
                "before",
                new DpEvent.Gaussian(4),
                new Terms(new Unit.Row(), Adjacency.ADD_OR_REMOVE_ONE, "messages", "exact"),
                Optional.empty());
        ledger.settle("before", new DpEvent.Gaussian(4));
    }

    /** A run that would train, if the ledger allowed it: all that is checked before is checked. */
    private static Map<String, String> whole() {
        Map<String, String> options = new LinkedHashMap<>();
        options.put("table", table.toString());
        options.put("text-column", "message");
        options.put("label-column", "answer");
        options.put("labels", "no,yes");
        options.put("model", seed.toString());
        options.put("batch-size", "20");
        options.put("units", "40");
        options.put("steps", "5");
        options.put("noise-multiplier", "1");
        options.put("delta", "1e-4");
        options.put("no-usable-count", "");
        options.put("output", folder.resolve("out").toString());
        options.put("ledger", spent.toString());
        return options;
    }

    private static String[] train(Map<String, String> options) {
        return Stream.concat(
                        Stream.of("train"),
                        options.entrySet().stream()
                                .map(option -> "--" + option.getKey()
                                        + (option.getKey().equals("no-usable-count") ? "" : "=" + option.getValue())))
                .toArray(String[]::new);
    }

    /** Runs a command, and notes what is wrong with how it ended. */
    private int ends(String what, Set<ExitCode> allowed, String... arguments) throws IOException {
        var out = new ByteArrayOutputStream();
        var err = new StringWriter();
        var console = new Console(new PrintStream(out, true, StandardCharsets.UTF_8), false, Clock.systemUTC());
        List<String> before = Files.exists(spent) ? names(spent) : List.of();
        FileUtils.deleteDirectory(folder.resolve("out").toFile());
        int code = Sotto.commandLine(settings -> TrainJob.in(
                        SparkSession.builder().appName("sotto tests").getOrCreate(), settings, console))
                .setOut(new PrintWriter(new StringWriter()))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
        String told = err.toString();
        String fault = allowed.stream().noneMatch(each -> each.code() == code)
                ? "ended with " + code
                : code != 0 && !ADVICE.matcher(told).find()
                        ? "does not say what to do"
                        : STACK.matcher(told).find()
                                ? "shows a stack"
                                : code != 0 && !told.startsWith("sotto: ")
                                        ? "does not begin as errors do"
                                        : told.lines().anyMatch(line -> line.length() > 1000)
                                                ? "has a long line"
                                                : !before.equals(Files.exists(spent) ? names(spent) : List.of())
                                                        ? "was charged"
                                                        : null;
        if (fault != null) {
            wrong.add(what + " (" + String.join(" ", arguments).replace(folder.toString(), "") + ") " + fault + ":\n"
                    + told);
        }
        return code;
    }

    private static List<String> names(Path of) throws IOException {
        try (Stream<Path> files = Files.list(of)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private void allRight() {
        assertThat(wrong).as(() -> String.join("\n", wrong)).isEmpty();
    }

    @Test
    void wholeRun_isRefusedByTheLedgerAlone() throws IOException {
        assertThat(ends("whole", NOT_TRAINED, train(whole()))).isEqualTo(ExitCode.BUDGET.code());
        allRight();
    }

    @Test
    void oddSettings_areToldOrTheLedgerRefuses() throws IOException {
        var random = new Random(1);
        for (OptionSpec option :
                new CommandLine(new TrainOptions()).getCommandSpec().options()) {
            String name = option.longestName().substring(2);
            boolean isPlace =
                    name.equals("ledger") || name.equals("output"); // where any word is a folder that can be made
            for (String odd : isPlace ? NOWHERE : ODD) {
                if (isPlace || random.nextInt(ONE_OF) == 0) {
                    Map<String, String> options = whole();
                    options.put(name, odd);
                    ends(name, NOT_TRAINED, train(options));
                }
            }
        }
        allRight();
    }

    @Test
    void oddWordsForTheAccountant_areTold() throws IOException {
        var random = new Random(2);
        String events = Files.writeString(
                        folder.resolve("events.json"),
                        "[{\"type\": \"poisson_gaussian\", \"sigma\": 1.0, \"q\": 0.01, \"steps\": 100}]")
                .toString();
        Map<String, String> good = Map.of(
                "events",
                events,
                "epsilon",
                "1",
                "delta",
                "1e-5",
                "units",
                "100",
                "batch-size",
                "10",
                "epochs",
                "1",
                "orders",
                "2",
                "sampling-probability",
                "0.1",
                "noise-multiplier",
                "1");
        for (Command command : Commands.accountant()) {
            for (Command.Option odd : command.options()) {
                for (String value : ODD) {
                    if (random.nextInt(ONE_OF) == 0 && !odd.name().equals("html")) { // any word names a file to write
                        List<String> words = new ArrayList<>(List.of("accountant", command.name()));
                        command.options().stream()
                                .filter(option -> good.containsKey(option.name()) || option.equals(odd))
                                .forEach(option -> words.add("--" + option.name() + "="
                                        + (option.equals(odd) ? value : good.get(option.name()))));
                        ends(
                                command.name(),
                                Set.of(ExitCode.DONE, ExitCode.SETTINGS, ExitCode.OUTPUT),
                                words.toArray(String[]::new));
                    }
                }
            }
        }
        allRight();
    }

    @Test
    void damagedRunFiles_areToldOrTheLedgerRefuses() throws IOException {
        String good = whole().entrySet().stream()
                .map(option -> option.getKey() + ": "
                        + (option.getKey().equals("labels")
                                ? "[no, yes]"
                                : option.getValue().isEmpty() ? "true" : option.getValue()))
                .collect(Collectors.joining("\n", "", "\n"));
        List<String> texts = new ArrayList<>(List.of(
                "",
                "\n\n",
                "# nothing\n",
                "null\n",
                "[]\n",
                "- a\n",
                "x\n",
                "{}\n",
                "\t\n",
                "a: b: c\n",
                good + good,
                good.replace("[no, yes]", "[no, null]"),
                good.replace("[no, yes]", "[no, ~]"),
                good.replace("[no, yes]", "[[no]]"),
                good.replace("[no, yes]", "{no: yes}"),
                good.replace("[no, yes]", ""),
                good + "epsilon: {a: b}\n",
                good + "? [a]\n: b\n",
                good + "a: &x [*x]\n",
                good + "---\n" + good,
                "\u0000",
                good + "null: x\n",
                "table: \"\\x\"\n"));
        var random = new Random(3);
        for (int i = 0; i < 40; i++) {
            int at = random.nextInt(good.indexOf("output:"));
            String put = List.of("", ":", "\"", "[", "{", "*", "&", "\n", "\t", "- ", "!!int ", "%")
                    .get(random.nextInt(12));
            texts.add(good.substring(0, at)
                    + put
                    + good.substring(i % 2 == 0 ? at : Math.min(good.indexOf("output:"), at + 1 + random.nextInt(9))));
        }
        Path file = folder.resolve("run.yaml");
        for (String text : texts) {
            Files.writeString(file, text);
            ends(text, NOT_TRAINED, "train", file.toString());
        }
        allRight();
    }

    @Test
    void damagedModels_areToldBeforeAnythingIsRead() throws IOException {
        var random = new Random(4);
        Path damaged = folder.resolve("damaged");
        for (String file : List.of("config.json", "model.safetensors", "vocab.txt")) {
            byte[] good = Files.readAllBytes(seed.resolve(file));
            for (int i = 0; i < 20; i++) {
                FileUtils.copyDirectory(seed.toFile(), damaged.toFile());
                Files.write(damaged.resolve(file), damage(good, i, random));
                ends(file + i, Set.of(ExitCode.DONE, ExitCode.MODEL), "check-model", "--model=" + damaged);
                if (i % 4 == 0) {
                    Map<String, String> options = whole();
                    options.put("model", damaged.toString());
                    ends(file + i, NOT_TRAINED, train(options));
                }
                FileUtils.deleteDirectory(damaged.toFile());
            }
        }
        allRight();
    }

    @Test
    void damagedPublicTable_isToldBeforeTheLedgerIsAsked() throws IOException {
        Map<String, String> options = whole();
        options.put(
                "eval-table",
                Files.write(folder.resolve("cut.parquet"), "PAR1 and no end".getBytes(StandardCharsets.UTF_8))
                        .toString());
        String[] words = Stream.concat(Stream.of(train(options)), Stream.of("--eval-table-is-public"))
                .toArray(String[]::new);

        assertThat(ends("public table", NOT_TRAINED, words)).isEqualTo(ExitCode.DATA.code());
        allRight();
    }

    @Test
    void sparkThatCannotStart_isASetting() throws IOException {
        SparkSession.builder().appName("sotto tests").getOrCreate().stop();
        for (String[] setting :
                List.of(new String[] {"spark.master", "foo://"}, new String[] {"spark.task.cpus", "banana"})) {
            String before = System.getProperty(setting[0]);
            System.setProperty(setting[0], setting[1]);
            try {
                int code = ends(
                        setting[1],
                        Set.of(ExitCode.SETTINGS),
                        "predict",
                        "--table=" + table,
                        "--text-column=message",
                        "--model=" + seed,
                        "--output=" + folder.resolve("none"));
                assertThat(code).as(setting[0]).isEqualTo(ExitCode.SETTINGS.code());
            } finally {
                if (before == null) {
                    System.clearProperty(setting[0]);
                } else {
                    System.setProperty(setting[0], before);
                }
            }
        }
        allRight();
    }

    @Test
    void damagedTables_areReadOrTold() throws IOException {
        Map<String, byte[]> whole = new LinkedHashMap<>();
        for (String format : List.of("csv", "json", "parquet", "orc")) {
            whole.put(format, written(format));
        }
        var random = new Random(5);
        for (String format : whole.keySet()) {
            for (int i = 0; i < 4; i++) { // each kind of damage once
                byte[] bytes = damage(whole.get(format), i, random);
                Path damaged = Files.write(folder.resolve("damaged-" + i + "." + format), bytes);
                ends(
                        format + i,
                        Set.of(ExitCode.DONE, ExitCode.DATA),
                        "predict",
                        "--table=" + damaged,
                        "--text-column=message",
                        "--model=" + seed,
                        "--output=" + folder.resolve("predicted-" + format + i));
            }
        }
        allRight();
    }

    /** The table's rows as one file of that format. */
    private static byte[] written(String format) throws IOException {
        Path to = folder.resolve("as-" + format);
        SparkSession spark = SparkSession.builder().appName("sotto tests").getOrCreate();
        spark.read()
                .option("header", "true")
                .csv(table.toString())
                .coalesce(1)
                .write()
                .option("header", "true")
                .format(format)
                .save(to.toString());
        try (Stream<Path> files = Files.list(to)) {
            return Files.readAllBytes(
                    files.filter(file -> file.getFileName().toString().startsWith("part-"))
                            .findFirst()
                            .orElseThrow());
        }
    }

    @Test
    void damagedLedgers_areToldAndLeftAsTheyAre() throws IOException {
        var random = new Random(6);
        Path damaged = folder.resolve("damaged-ledger");
        for (String line : names(spent)) {
            byte[] good = Files.readAllBytes(spent.resolve(line));
            for (int i = 0; i < 12; i++) {
                FileUtils.copyDirectory(spent.toFile(), damaged.toFile());
                Files.write(damaged.resolve(line), damage(good, i, random));
                List<String> before = names(damaged);
                for (String command : List.of("show", "verify")) {
                    ends(line + i, Set.of(ExitCode.OUTPUT), "ledger", command, damaged.toString());
                }
                Map<String, String> options = whole();
                options.put("ledger", damaged.toString());
                ends(line + i, Set.of(ExitCode.OUTPUT), train(options));
                assertThat(names(damaged)).isEqualTo(before);
                FileUtils.deleteDirectory(damaged.toFile());
            }
        }
        allRight();
    }

    /** Cut off, empty, or other bytes: of which kind follows from a number. */
    private static byte[] damage(byte[] good, int kind, Random random) {
        if (kind == 0) {
            return new byte[0];
        }
        if (kind % 3 == 0) {
            return Arrays.copyOf(good, 1 + random.nextInt(good.length - 1));
        }
        byte[] bytes = good.clone();
        int from = random.nextInt(good.length);
        int length = kind % 3 == 1 ? 1 : 1 + random.nextInt(Math.min(64, good.length));
        for (int i = from; i < Math.min(good.length, from + length); i++) {
            bytes[i] ^= (byte) (1 + random.nextInt(127));
        }
        return bytes;
    }
}
