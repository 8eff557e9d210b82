package dev.sotto.job.cli;

import dev.sotto.job.config.Faults;
import dev.sotto.job.config.TableFormat;
import dev.sotto.job.config.TableSource;
import dev.sotto.job.data.LineTable;
import dev.sotto.job.data.RowExpressions;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which rows are learned from, and which are evaluated on. */
final class TableOptions {
    @Option(
            names = "--table",
            paramLabel = "<uri>",
            description = {
                "The private table: file, folder or glob; hdfs://, s3a://, file:// or a plain path, which is taken from"
                        + " the current directory; of formats catalog and jdbc its name, such as clinic.messages. Required."
            })
    @Nullable
    String table;

    @Option(
            names = "--format",
            paramLabel = "<format>",
            description = {
                "parquet, orc, csv, tsv, json (one object a line), avro, or binaryfile (a folder of files, such as images,"
                        + " sub-folders included; columns path, modificationTime, length, content); catalog (a table of Hive,"
                        + " Iceberg, Delta) or jdbc (a table of a database, whose url is a reader option).",
                "Default: what the suffix tells."
            })
    @Nullable
    TableFormat format;

    @Option(
            names = "--reader-options",
            paramLabel = "<name=value>",
            description = {
                "An option of the reader of that format, such as sep=; or encoding=ISO-8859-1; may be repeated. In a"
                        + " run file a mapping. Options by which one row could change how others are read are refused.",
                "In csv, tsv and json a record is a line, of at most " + (LineTable.LONGEST >> 20)
                        + " MiB. csv and tsv have a header line unless header=false,"
                        + " the same in each file; quotes as in RFC 4180, but without line breaks in them (sotto convert makes"
                        + " a Parquet table of such files). Values are texts unless --schema says otherwise."
            })
    @Nullable
    Map<String, String> readerOptions;

    @Option(
            names = "--schema",
            paramLabel = "<ddl>",
            description = {
                "Of csv, tsv and json: types of columns, such as \"year INT, tags ARRAY<STRING>\"; public, as the columns' names are."
                        + " A value that does not fit its type is null. Columns that are not declared are texts; with"
                        + " header=false all are declared, in their order.",
                "Types are never found out from rows, of which one could then change how the others are read."
            })
    @Nullable
    String schema;

    @Option(
            names = "--reader-options-file",
            paramLabel = "<file>",
            description = {
                "A file on the driver's machine with reader options, name=value a line (Java properties), for those that nobody"
                        + " else may see: url, user and password of a database. Read once, written and shown nowhere."
            })
    @Nullable
    Path readerOptionsFile;

    @Option(
            names = "--columns",
            paramLabel = "<name=sql>",
            description = {
                "A further column, made of the row's own by a Spark SQL expression, such as \"label=element_at(split(path,"
                        + " '/'), -2)\"; may be repeated. In a run file a mapping. Where a value cannot be computed it is"
                        + " null. The rule of --where holds; evaluation tables get the column too."
            })
    @Nullable
    Map<String, String> columns;

    @Option(
            names = "--where",
            paramLabel = "<sql>",
            description = {
                "Learn only from the rows for which this Spark SQL condition holds, such as \"year = 2025\".",
                "It must look at one row alone and give the same each time: no sub-query, window, aggregate, random number"
                        + " or function of your own. Otherwise one person could move other people's rows in or out, which"
                        + " the guarantee does not cover. A row for which it cannot be computed is left out.",
                "It sees the beginning of long values (65,536 characters), and its functions are those whose time is bounded by"
                        + " them: docs/operations.md."
            })
    @Nullable
    String where;

    @Option(
            names = "--eval-table",
            paramLabel = "<uri>",
            description = {
                "A PUBLIC table with the same columns, on which accuracy (or error) is measured before and after."
                        + " Needs --eval-table-is-public."
            })
    @Nullable
    String evalTable;

    @Option(
            names = "--eval-where",
            paramLabel = "<sql>",
            description = {
                "Evaluate on the rows for which this condition holds; the rule of --where holds. Without --eval-table it"
                        + " says which rows of --table itself are public: they are evaluated on, and never trained on.",
                "A share of persons: \"pmod(xxhash64(patient_id), 10) = 0\"."
            })
    @Nullable
    String evalWhere;

    @Option(
            names = "--eval-table-is-public",
            description = {
                "Your statement that the evaluation table may be published: what is measured on it is printed and"
                        + " stored without noise and is not charged to any budget. Nobody in it is protected."
            })
    boolean evalTableIsPublic;

    /** The private table; null if a fault stands in the way. */
    @Nullable
    TableSource table(Faults faults) {
        Map<String, String> read = ReaderOptions.of(readerOptions, readerOptionsFile, faults);
        checkExpressions(faults);
        checkSchema(faults);
        faults.required("table", table, "Give the table to learn from, such as table: hdfs:///clinic/messages.parquet");
        if (table == null) {
            return null;
        }
        TableSource source = source("table", table, format, read, where, evaluatesItself() ? evalWhere : null, faults);
        if (source != null) {
            checkReading(source.format(), read, faults);
        }
        return source;
    }

    private void checkReading(TableFormat known, Map<String, String> read, Faults faults) {
        ReaderOptions.check(known, read, faults);
        if (schema != null && !known.isOfLines()) {
            faults.add(
                    "schema",
                    "%s tells the types of its columns itself. Leave it out; columns makes others of them."
                            .formatted(known.name().toLowerCase(Locale.ROOT)));
        }
    }

    /** The public table; null if none is wanted, or a fault stands in the way. */
    @Nullable
    TableSource evaluation(Faults faults) {
        if (evalTable == null && evalWhere == null) {
            return null;
        }
        if (!evalTableIsPublic) {
            faults.add(
                    evalTable == null ? "eval-where" : "eval-table",
                    "measurements on it are printed and stored without noise, so its rows are not protected. If they"
                            + " may be published, say so with eval-table-is-public; else leave it out.");
        }
        if (evalTable != null && evalTable.equals(table) && evalWhere == null) {
            faults.add(
                    "eval-table",
                    "it is the private table itself, so every row would be public. Say which of its rows may be"
                            + " published with eval-where; these are not trained on.");
        }
        String uri = evalTable == null ? table : evalTable;
        Map<String, String> read =
                ReaderOptions.of(readerOptions, readerOptionsFile, new Faults()); // told of the table
        return uri == null ? null : source("eval-table", uri, evalFormat(uri), read, evalWhere, null, faults);
    }

    /** What can be known of expressions before Spark starts; the rest is known when they meet the table's columns. */
    private void checkExpressions(Faults faults) {
        if (columns != null) {
            columns.forEach((name, sql) -> checkExpression("columns: " + name, sql, faults));
        }
        checkExpression("where", where, faults);
        checkExpression("eval-where", evalWhere, faults);
    }

    private void checkSchema(Faults faults) {
        if (schema != null) {
            LineTable.faultOfSchema(schema).ifPresent(fault -> faults.add("schema", fault));
        }
    }

    private static void checkExpression(String option, @Nullable String sql, Faults faults) {
        if (sql != null) {
            RowExpressions.fault(sql).ifPresent(fault -> faults.add(option, fault));
        }
    }

    private boolean evaluatesItself() {
        return evalTable == null || evalTable.equals(table);
    }

    private @Nullable TableSource source(
            String option,
            String uri,
            @Nullable TableFormat given,
            Map<String, String> read,
            @Nullable String where,
            @Nullable String except,
            Faults faults) {
        TableFormat known = given != null ? given : TableFormat.ofPath(uri).orElse(null);
        if (known == null) {
            if (!faults.has("format")) {
                faults.add(
                        "format",
                        "the suffix of %s '%s' tells no format. Give one of %s."
                                .formatted(option, uri, TableFormat.names()));
            }
            return null;
        }
        if (known == TableFormat.JDBC) {
            ReaderOptions.checkJdbc(option, uri, read, faults);
        }
        return new TableSource(
                uri,
                known,
                ReaderOptions.fitting(known, read), // the evaluation table need not be stored as the private one is
                known.isOfLines() ? schema : null,
                columns == null ? Map.of() : columns,
                where,
                except);
    }

    /** The evaluation table's own suffix first: it need not be stored as the private one is. */
    private @Nullable TableFormat evalFormat(String uri) {
        return TableFormat.ofPath(uri).orElse(format);
    }
}
