package dev.sotto.job.cli;

import dev.sotto.core.method.Lora;
import dev.sotto.core.method.Prefix;
import dev.sotto.core.method.Trained;
import dev.sotto.job.config.Faults;
import dev.sotto.job.config.ModelSettings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The options that say which model learns, with which parameters, and how it is computed. */
final class ModelOptions {
    @Option(
            names = "--model",
            paramLabel = "<uri>",
            description = {
                "The seed model: a folder as Hugging Face lays it out (config.json, model.safetensors, tokenizer.json), or"
                        + " with a TorchScript archive (model.pt; see docs/any-architecture.md);"
                        + " hdfs://, s3a://, file:// or a plain path. Required. Must not itself have been trained on"
                        + " the private table.",
                "See whether it is supported with: sotto check-model --model <folder>"
            })
    @Nullable
    String model;

    @ArgGroup(validate = false)
    TrainedOptions train = new TrainedOptions();

    @Option(
            names = "--new-head",
            description = {
                "The head begins anew, although the model brings one for as many labels. Without it, labels of other names than"
                        + " that head's (id2label in config.json) are refused, since it would take them by their places."
            })
    boolean newHead;

    @Option(
            names = "--peft-adapter",
            paramLabel = "<uri>",
            description = {
                "Of lora and prefix: a folder of updates or a prefix of the seed model to begin with, as peft or an earlier run wrote it"
                        + " (adapter_config.json, adapter_model.safetensors), of the same rank, alpha and target modules, or length;"
                        + " the head and biases in it, too. Must not itself have been trained on the private table elsewhere."
            })
    @Nullable
    String peftAdapter;

    @ArgGroup(validate = false)
    ModeOptions mode = new ModeOptions();

    /** The settings these options make; null if a fault stands in the way. */
    @Nullable
    ModelSettings settings(Faults faults) {
        String uri = faults.required("model", model, "Give the folder of the seed model, such as model: models/bert");
        Trained trained = train.trained(faults);
        if (newHead && !train.trainsHead()) {
            faults.add(
                    "new-head",
                    "a head that begins anew has to learn, and with train: %s its weights do not. Choose %s."
                            .formatted(train.train, train.train + "+head"));
        }
        boolean begins = trained.addition() instanceof Lora || trained.addition() instanceof Prefix;
        if (peftAdapter != null && !begins && faults.isEmpty()) {
            faults.add(
                    "peft-adapter",
                    "updates and prefixes are begun with where they learn. Choose method: lora, lora+bitfit or prefix.");
        }
        if (peftAdapter != null && newHead) {
            faults.add("peft-adapter", "it brings a head, and new-head begins another. Leave one of the two out.");
        }
        Long passMemory = mode.passMemory(faults);
        return uri == null ? null : new ModelSettings(uri, trained, newHead, peftAdapter, mode.mode(), passMemory);
    }
}
