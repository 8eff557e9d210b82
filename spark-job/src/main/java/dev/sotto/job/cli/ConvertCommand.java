package dev.sotto.job.cli;

import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import dev.sotto.job.SparkSessions;
import dev.sotto.job.config.Faults;
import dev.sotto.job.config.TableFormat;
import dev.sotto.job.data.Conversion;
import dev.sotto.job.data.LineTable;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sotto convert}: files whose records reach over lines become a table of rows. */
@Command(
        name = "convert",
        sortOptions = false,
        customSynopsis = "sotto [Spark options] convert --table <uri> --output <uri> [options]",
        header = "Makes a Parquet table of csv, tsv or json files whose records reach over lines.",
        description = {
            "",
            "Private tables are read line by line, for a quote that is not closed would let one row swallow others. Texts with line"
                    + " breaks in quotes, as pandas and spreadsheets write them, and JSON in several lines are read here, once:"
                    + " header line, quotes doubled, line breaks in quotes are text. Values are texts unless --schema says otherwise.",
            "THE PROMISE BEGINS AT WHAT IS WRITTEN: neighbours are tables that differ in one unit of it, not of the files. Look at"
                    + " the numbers that are printed: a quote that is not closed swallows what follows, and few rows are left. They"
                    + " are as private as the table, and so is the output.",
            "",
        },
        footer = {"", "Example: sotto convert --table notes.csv --output hdfs:///clinic/notes.parquet"})
final class ConvertCommand implements Callable<Integer> {
    @Spec
    CommandSpec spec = CommandSpec.create();

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this and end.")
    boolean help;

    @Option(
            names = "--table",
            paramLabel = "<uri>",
            description = "The files: file, folder or glob; hdfs://, s3a://, file:// or a plain path. Required.")
    @Nullable
    String table;

    @Option(
            names = "--format",
            paramLabel = "<format>",
            description = "csv, tsv or json. Default: what the suffix tells.")
    @Nullable
    TableFormat format;

    @Option(
            names = "--reader-options",
            paramLabel = "<name=value>",
            description =
                    "Any option of Spark's reader of that format, such as sep=; or multiLine=false; may be repeated.")
    Map<String, String> readerOptions = Map.of();

    @Option(
            names = "--schema",
            paramLabel = "<ddl>",
            description =
                    "All columns with their types, such as \"id BIGINT, note STRING\". Default: texts, or what JSON holds.")
    @Nullable
    String schema;

    @Option(
            names = "--output",
            paramLabel = "<uri>",
            description = "A folder that is not there yet, or is empty. Required.")
    @Nullable
    String output;

    @Override
    public Integer call() {
        Faults faults = Parsing.faults(spec.commandLine().getParseResult());
        String from = faults.required("table", table, "Give the files to read, such as --table notes.csv");
        String to = faults.required("output", output, "Give the folder for the table, such as --output notes.parquet");
        TableFormat known =
                format == null && from != null ? TableFormat.ofPath(from).orElse(null) : format;
        if (from != null) {
            faults.required("format", known, "The suffix of '%s' tells none. Give csv, tsv or json.".formatted(from));
        }
        if (schema != null) {
            LineTable.faultOfSchema(schema).ifPresent(fault -> faults.add("schema", fault));
        }
        if (from == null || to == null || known == null || !faults.isEmpty()) {
            throw new SottoException(ExitCode.SETTINGS, Parsing.told(faults));
        }
        PrintWriter out = spec.commandLine().getOut();
        SparkSession session = SparkSessions.open("sotto convert");
        try {
            Conversion.Converted made = Conversion.run(session, from, known, readerOptions, schema, to);
            out.printf(
                    "table: %s, %,d rows, %,d of them with line breaks in a text (as private as the files)%n",
                    made.address(), made.rows(), made.ofSeveralLines());
        } finally {
            session.stop();
        }
        out.flush();
        return ExitCode.DONE.code();
    }
}
