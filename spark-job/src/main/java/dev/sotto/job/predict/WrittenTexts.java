package dev.sotto.job.predict;

import dev.sotto.core.batch.CompletionFiles;
import dev.sotto.core.metrics.TextScores;
import dev.sotto.job.config.DataSettings;
import dev.sotto.job.config.WritingSettings;
import dev.sotto.job.data.Prompt;
import dev.sotto.job.store.ModelFiles;
import dev.sotto.job.store.OutputFolder;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * All that a language model wrote behind the prompts of a PUBLIC table, on the driver: NIST and CIDEr weigh each text's words by how
 * rare they are in all of them.
 *
 * @param all in the order of their prompts
 */
record WrittenTexts(List<WrittenText> all) {

    /** What a model writes, on the executors. */
    static WrittenTexts by(
            Answers model,
            SparkSession session,
            DataSettings data,
            WritingSettings writing,
            Broadcast<SerializableConfiguration> hadoop) {
        JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
        var folder =
                ModelFiles.onThisMachine(model.model().uri(), hadoop.value().value());
        CompletionFiles files = CompletionFiles.read(folder, Integer.MAX_VALUE); // as much as sotto generate reads
        Broadcast<Answers> shared = spark.broadcast(model);
        List<WrittenText> texts = Prompt.of(session, data)
                .mapPartitions(new WriteTask(files, writing, shared, hadoop))
                .collect();
        shared.destroy();
        return new WrittenTexts(
                texts.stream().sorted(Comparator.comparing(WrittenText::prompt)).toList());
    }

    Map<String, Double> scores() {
        return TextScores.of(all.stream().map(WrittenText::segment).toList());
    }

    /** Writes them as {@code texts.jsonl}, of a delta as {@code NAME-texts.jsonl}. */
    void write(OutputFolder folder, String model) {
        folder.write(
                (model.isEmpty() ? "" : model + "-") + "texts.jsonl",
                all.stream().map(WrittenText::json).collect(Collectors.joining()));
    }
}
