package dev.sotto.job.cli;

import dev.sotto.core.method.Trained;
import dev.sotto.job.config.Faults;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which of a model's parameters learn. */
final class TrainedOptions {
    private static final Pattern LAYERS = Pattern.compile("([0-9]{1,6})-([0-9]{1,6})");

    @Option(
            names = "--train",
            paramLabel = "<part>",
            description = {
                "Which parameters learn: biases+head, biases (the model brings its head), norms+head, norms (scales and shifts"
                        + " of normalisations), or head (linear probing). The noise in each step grows with the square root"
                        + " of their number. Default: biases+head.",
                "Key biases of softmax attention are not among them: their gradient is exactly zero."
            })
    TrainedPart train = TrainedPart.BIASES_AND_HEAD;

    @Option(
            names = "--train-layers",
            paramLabel = "<first-last>",
            description = {
                "Of the model's body, only parameters in these layers learn, counted from 0 as in their names, such as 6-11;"
                        + " what is in no layer does not. Default: all."
            })
    @Nullable
    String layers;

    @Option(
            names = "--train-names",
            paramLabel = "<pattern>",
            description = {
                "Of the model's body, only parameters of such names learn; * stands for any characters, as in"
                        + " '*.attention.*'. Default: all."
            })
    @Nullable
    String names;

    @Option(
            names = "--train-key-biases",
            description = {
                "Key biases are trained like other biases. They change nothing and add noise: only for comparison with"
                        + " other implementations."
            })
    boolean keyBiases;

    @Option(
            names = "--add-biases",
            description = {
                "A model that has no biases (llama) is given some, which begin at zero and so change nothing at first, and"
                        + " are trained."
            })
    boolean addBiases;

    /** What these options choose; of use only if no fault was found. */
    Trained trained(Faults faults) {
        Trained trained = Trained.of(train.part());
        if (layers != null) {
            trained = trained.inLayers(layers(layers, faults));
        }
        if (names != null) {
            trained = trained.named(names);
        }
        if (keyBiases) {
            trained = trained.withKeyBiases();
        }
        return addBiases ? trained.withAddedBiases() : trained;
    }

    private static Trained.Layers layers(String range, Faults faults) {
        Matcher matcher = LAYERS.matcher(range);
        if (matcher.matches() && Integer.parseInt(matcher.group(1)) <= Integer.parseInt(matcher.group(2))) {
            return new Trained.Layers(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
        }
        faults.add(
                "train-layers",
                "'%s' is no run of layers. Give the first and the last, counted from 0, such as 6-11."
                        .formatted(range));
        return Trained.Layers.ALL;
    }
}
