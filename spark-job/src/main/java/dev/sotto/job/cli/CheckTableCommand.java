package dev.sotto.job.cli;

import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import dev.sotto.job.SparkSessions;
import dev.sotto.job.config.DataSettings;
import dev.sotto.job.config.Faults;
import dev.sotto.job.config.Input;
import dev.sotto.job.config.ModelSettings;
import dev.sotto.job.config.PrivacyUnit;
import dev.sotto.job.data.CheckTask;
import dev.sotto.job.data.Encodings;
import dev.sotto.job.data.LineTable;
import dev.sotto.job.data.TableFindings;
import dev.sotto.job.data.TableFindings.Kind;
import dev.sotto.job.store.ModelFiles;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** {@code sotto check-table}: what is wrong with a table, for one who may see it. */
@Command(
        name = "check-table",
        sortOptions = false,
        customSynopsis = "sotto [Spark options] check-table [<run file>] [options]",
        header =
                "Says what a private table holds and what is wrong with its rows. PRIVATE output: exact counts and rows.",
        description = {
            "",
            "A dry run of train's reading: takes the same run file and options, of which it heeds those of tables, columns and"
                    + " model. Trains nothing, charges nothing, and prints to the terminal alone: counts of rows and units,"
                    + " usable ones, undeclared labels, blank texts, images that cannot be decoded, texts longer than what is"
                    + " read of them, rows beyond --max-rows-per-unit and rows of nobody, with examples; lines longer than any record.",
            "What it prints is as private as the table: keep it inside the trust boundary, and publish no number of it.",
            "",
        },
        footer = {"", "Example: sotto check-table run.yaml"})
final class CheckTableCommand implements Callable<Integer> {
    private static final int SHOWN = 20;

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Parameters(arity = "0..1", paramLabel = "<run file>", description = "YAML file with settings, as train's.")
    @Nullable
    Path runFile;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this and end.")
    boolean help;

    @Mixin
    TrainOptions options = new TrainOptions();

    @Override
    public Integer call() {
        ParseResult typed = spec.commandLine().getParseResult();
        Faults faults = Parsing.faults(typed);
        if (runFile != null) {
            new RunFileMerge(spec, typed).apply(TrainCommand.read(runFile, faults), faults);
        }
        DataSettings data = options.data.settings(options.tables.table(faults), null, faults);
        ModelSettings model = options.model.settings(faults);
        if (!faults.isEmpty() || data == null || model == null) {
            throw new SottoException(ExitCode.SETTINGS, Parsing.told(faults));
        }
        SparkSession session = SparkSessions.open("sotto check-table");
        try {
            refuseFarDriver(session.sparkContext().deployMode());
            Path seed =
                    ModelFiles.onThisMachine(model.uri(), session.sparkContext().hadoopConfiguration());
            tell(data, CheckTask.check(session, data, Encodings.rows(data.input(), data.target(), seed)));
        } finally {
            session.stop();
        }
        return ExitCode.DONE.code();
    }

    /** Elsewhere standard output is a log. */
    private static void refuseFarDriver(String deployMode) {
        if (deployMode.equals("cluster")) {
            throw new SottoException(
                    ExitCode.SETTINGS,
                    "The driver runs in the cluster, where what it prints is kept in a log, and exact counts and rows are for a"
                            + " terminal alone. Take --deploy-mode cluster out. No row was read.");
        }
    }

    private void tell(DataSettings data, TableFindings found) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(
                "PRIVATE: what follows are exact counts and rows of the table. Keep it inside the trust boundary; it is in no log"
                        + " and no file, and nothing was charged.");
        out.printf("rows: %d, usable: %d%n", found.rows(), found.usableRows());
        out.printf("units: %d, with a usable row: %d%n", found.units(), found.usableUnits());
        Long declared = options.privacy.units;
        if (declared != null) {
            out.printf("units declared: %d%n", declared);
        }
        if (found.longLines() > 0) {
            out.printf(
                    "lines of more than %d MiB, which are no rows: %d%n", LineTable.LONGEST >> 20, found.longLines());
        }
        if (data.unit() instanceof PrivacyUnit.Column column) {
            tell(out, found, Kind.NO_UNIT, "whose " + column.name() + " is null, which contribute nothing");
            tell(out, found, Kind.BEYOND_CAP, "beyond max-rows-per-unit " + column.maxRows() + ", which are left out");
        }
        tell(
                out,
                found,
                Kind.INPUT,
                data.input() instanceof Input.Image
                        ? "whose image is missing, no PNG or JPEG, damaged, or too large"
                        : "whose text is missing or blank, or fails in the tokenizer");
        if (data.input() instanceof Input.Image) {
            tell(out, found.faults());
        }
        tell(out, found, Kind.LONG, "whose text is as long as what is read of it, or longer");
        tell(
                out,
                found,
                Kind.ENCODING,
                "with characters that could not be decoded, as umlauts of a file that is no UTF-8 are"
                        + " (--reader-options encoding=ISO-8859-1, say)");
        tell(out, found, Kind.LABEL, "whose " + data.target().column() + " is not what was declared");
        tell(out, found.labels());
        out.flush();
    }

    private static void tell(PrintWriter out, Map<String, Long> counts) {
        counts.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .limit(SHOWN)
                .forEach(each -> out.printf("    %s: %d%n", each.getKey(), each.getValue()));
    }

    private static void tell(PrintWriter out, TableFindings found, Kind kind, String which) {
        out.printf("rows %s: %d%n", which, found.count(kind));
        found.examples(kind).forEach(example -> out.println("    such as " + example));
    }
}
