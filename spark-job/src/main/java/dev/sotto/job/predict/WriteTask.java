package dev.sotto.job.predict;

import dev.sotto.core.batch.CompletionEncoder;
import dev.sotto.core.batch.CompletionFiles;
import dev.sotto.core.generate.TextGenerator;
import dev.sotto.core.metrics.Segment;
import dev.sotto.job.config.WritingSettings;
import dev.sotto.job.data.Prompt;
import dev.sotto.job.step.ExecutorModel;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.SerializableConfiguration;

/** What a language model writes behind the prompts of one partition of a PUBLIC table: the same whichever partition they are in. */
final class WriteTask implements FlatMapFunction<Iterator<Prompt>, WrittenText> {

    private static final long serialVersionUID = 1L;

    private final CompletionFiles files;
    private final WritingSettings writing;
    private final Broadcast<Answers> model;
    private final Broadcast<SerializableConfiguration> hadoop;

    WriteTask(
            CompletionFiles files,
            WritingSettings writing,
            Broadcast<Answers> model,
            Broadcast<SerializableConfiguration> hadoop) {
        this.files = files;
        this.writing = writing;
        this.model = model;
        this.hadoop = hadoop;
    }

    @Override
    public Iterator<WrittenText> call(Iterator<Prompt> prompts) {
        Answers writer = model.value();
        var loaded = ExecutorModel.forThisJvm(writer.model(), hadoop.value().value());
        var generator = TextGenerator.of(loaded, writer.trained(), files.endOfText());
        List<WrittenText> texts = new ArrayList<>();
        try (CompletionEncoder encoder = CompletionEncoder.open(files)) {
            while (prompts.hasNext()) {
                Prompt prompt = prompts.next();
                int[] ids = encoder.prompt(prompt.text());
                int most = Math.min(writing.maxTokens(), encoder.maxLength() - ids.length);
                String text = encoder.decode(generator.write(ids, most, writing.decoding()));
                texts.add(new WrittenText(prompt.text(), new Segment(text.strip(), prompt.references())));
            }
        }
        return texts.iterator();
    }
}
