package dev.sotto.job.cli;

import dev.sotto.core.model.Trained;
import dev.sotto.job.config.Faults;
import dev.sotto.job.config.ModelSettings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which model learns, and with which parameters. */
final class ModelOptions {
    /** The parts as one types them. */
    enum Part {
        BIASES_AND_HEAD("biases+head", Trained.BIASES_AND_HEAD),
        HEAD("head", Trained.HEAD),
        BIASES("biases", Trained.BIASES);

        private final String text;
        private final Trained trained;

        Part(String text, Trained trained) {
            this.text = text;
            this.trained = trained;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    @Option(
            names = "--model",
            paramLabel = "<uri>",
            description = {
                "The seed model: a folder as Hugging Face lays it out (config.json, model.safetensors, tokenizer.json);"
                        + " hdfs://, s3a://, file:// or a plain path. Required. Must not itself have been trained on"
                        + " the private table.",
                "See whether it is supported with: sotto check-model --model <folder>"
            })
    @Nullable
    String model;

    @Option(
            names = "--train",
            paramLabel = "<part>",
            description = {
                "Which parameters learn: biases+head, head (linear probing) or biases (the model brings its head)."
                        + " Default: biases+head."
            })
    Part train = Part.BIASES_AND_HEAD;

    /** The settings these options make; null if a fault stands in the way. */
    @Nullable
    ModelSettings settings(Faults faults) {
        String uri = faults.required("model", model, "Give the folder of the seed model, such as model: models/bert");
        return uri == null ? null : new ModelSettings(uri, train.trained);
    }
}
