package dev.sotto.job.bench;

import dev.sotto.core.batch.TextEncoder;
import dev.sotto.core.batch.TokenizerFiles;
import dev.sotto.core.privacy.RunKey;
import dev.sotto.job.config.DataSettings;
import dev.sotto.job.config.Input;
import dev.sotto.job.config.PrivacyUnit;
import dev.sotto.job.config.TableFormat;
import dev.sotto.job.config.TableSource;
import dev.sotto.job.config.TableStorage;
import dev.sotto.job.data.EncodedPartition;
import dev.sotto.job.data.EncodedTable;
import dev.sotto.job.data.Encodings;
import dev.sotto.job.data.Table;
import dev.sotto.job.quickstart.Message;
import dev.sotto.job.quickstart.PatientMessages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * How fast a table of made-up messages is encoded and persisted, a row being a unit or a person being one, against reading the same
 * columns and against the tokenizer alone on the same task slots. Turn by turn; the first turn is not counted.
 */
public final class EncodeBench {
    private static final int MAX_LENGTH = 128;
    private static final String TEXT = "message";

    private final SparkSession session;
    private final Path model;
    private final String table;
    private final List<String> departments;
    private final TokenizerFiles tokenizer;

    private EncodeBench(SparkSession session, Path model, String table, List<String> departments) {
        this.session = session;
        this.model = model;
        this.table = table;
        this.departments = departments;
        this.tokenizer = TokenizerFiles.read(model, MAX_LENGTH);
    }

    /** Takes a model folder, which brings the tokenizer, the number of persons and the number of measured turns. */
    public static void main(String[] arguments) throws IOException {
        try (SparkSession session =
                SparkSession.builder().appName("sotto bench encode").getOrCreate()) {
            List<Message> messages = PatientMessages.of(Integer.parseInt(arguments[1]), "P", 1);
            List<String> departments =
                    messages.stream().map(Message::department).distinct().toList();
            String table = written(session, BenchFile.folder(), messages);
            var results = new EncodeBench(session, Path.of(arguments[0]), table, departments)
                    .run(Integer.parseInt(arguments[2]));
            BenchFile.write("encode.json", results);
        }
    }

    private static String written(SparkSession session, Path folder, List<Message> messages) throws IOException {
        Path csv = folder.resolve("messages.csv");
        List<String> lines = new ArrayList<>(List.of(Message.CSV_HEADER));
        messages.forEach(message -> lines.add(message.csv()));
        Files.write(csv, lines);
        String table = folder.resolve("messages.parquet").toString();
        session.read()
                .option("header", true)
                .csv(csv.toString())
                .repartition(session.sparkContext().defaultParallelism())
                .write()
                .mode("overwrite")
                .parquet(table);
        return table;
    }

    private Map<String, Object> run(int turns) {
        JavaRDD<String> texts = session.read()
                .parquet(table)
                .select(TEXT)
                .as(Encoders.STRING())
                .javaRDD()
                .cache();
        long rows = texts.count();
        Median reading = new Median();
        Median tokenizing = new Median();
        Median byRow = new Median();
        Median byPerson = new Median();
        long tokens = 0;
        for (int turn = -1; turn < turns; turn++) {
            boolean measured = turn >= 0;
            long start = System.nanoTime();
            Table.open(session, data(new PrivacyUnit.Row()))
                    .javaRDD()
                    .mapPartitions(new Drain())
                    .count();
            reading.addSince(measured, start);
            start = System.nanoTime();
            tokens = texts.mapPartitions(new Tokenize(tokenizer)).reduce(Long::sum);
            tokenizing.addSince(measured, start);
            start = System.nanoTime();
            encode(new PrivacyUnit.Row()).close();
            byRow.addSince(measured, start);
            start = System.nanoTime();
            encode(new PrivacyUnit.Column("patient_id", 12)).close();
            byPerson.addSince(measured, start);
        }
        long bytes;
        try (EncodedTable encoded = encode(new PrivacyUnit.Row())) {
            bytes = encoded.partitions().map(EncodedPartition::estimatedSize).reduce(Long::sum);
        }
        System.out.printf(
                Locale.ROOT,
                "%,d rows, %,d tokens, %s; encoded %.2f bytes a token%n",
                rows,
                tokens,
                session.sparkContext().master(),
                bytes / (double) tokens);
        Map<String, Object> results = new LinkedHashMap<>(Map.of("rows", rows, "tokens", tokens, "bytes", bytes));
        var named = new LinkedHashMap<String, Median>();
        named.put("reading", reading);
        named.put("tokenizer alone", tokenizing);
        named.put("encoded, a row a unit", byRow);
        named.put("encoded, a person a unit", byPerson);
        for (var each : named.entrySet()) {
            double millis = each.getValue().get();
            System.out.printf(
                    Locale.ROOT,
                    "%-26s %7.0f ms %9.0f rows/s %10.0f tokens/s %6.2f of the tokenizer's time%n",
                    each.getKey(),
                    millis,
                    rows / millis * 1e3,
                    tokens / millis * 1e3,
                    millis / tokenizing.get());
            results.put(each.getKey(), millis);
        }
        return results;
    }

    private EncodedTable encode(PrivacyUnit unit) {
        DataSettings data = data(unit);
        return EncodedTable.encode(
                Table.open(session, data),
                data,
                Encodings.rows(data.input(), model),
                Encodings.labels(data.target()),
                RunKey.fromOperatingSystem().samplingKey(),
                UnaryOperator.identity());
    }

    private DataSettings data(PrivacyUnit unit) {
        return new DataSettings(
                new TableSource(table, TableFormat.PARQUET, Map.of(), Map.of(), null, null),
                new Input.Text(TEXT, null, MAX_LENGTH),
                new DataSettings.Target.Classes("department", departments),
                unit,
                null,
                TableStorage.MEMORY_ONLY,
                null);
    }

    /** Reads the columns and does nothing with them. */
    private static final class Drain implements FlatMapFunction<Iterator<Row>, Long> {
        @Override
        public Iterator<Long> call(Iterator<Row> rows) {
            long values = 0;
            while (rows.hasNext()) {
                values += rows.next().size();
            }
            return List.of(values).iterator();
        }
    }

    /** Tokenizes and keeps nothing but the number of tokens. */
    private static final class Tokenize implements FlatMapFunction<Iterator<String>, Long> {
        private final TokenizerFiles files;

        Tokenize(TokenizerFiles files) {
            this.files = files;
        }

        @Override
        public Iterator<Long> call(Iterator<String> texts) {
            long tokens = 0;
            try (TextEncoder encoder = TextEncoder.open(files)) {
                while (texts.hasNext()) {
                    tokens += encoder.encode(texts.next()).length();
                }
            }
            return List.of(tokens).iterator();
        }
    }
}
