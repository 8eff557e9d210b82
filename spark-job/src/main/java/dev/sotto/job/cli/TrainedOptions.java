package dev.sotto.job.cli;

import dev.sotto.core.method.Addition;
import dev.sotto.core.method.Lora;
import dev.sotto.core.method.Prefix;
import dev.sotto.core.method.Trained;
import dev.sotto.job.config.Faults;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The options that say which of a model's parameters learn. */
final class TrainedOptions {
    private static final Pattern LAYERS = Pattern.compile("([0-9]{1,6})-([0-9]{1,6})");

    @Option(
            names = "--method",
            paramLabel = "<name[+name]>",
            description = {
                "What learns besides the head: bitfit (biases), lora (low-rank updates of linear maps, which are merged into their"
                        + " weights in the end), adapter (small networks behind the output maps of attention and feed-forward), compacter"
                        + " (the same, made of fewer numbers), prefix (keys and values before those of a text, in every layer), norms"
                        + " (scales and shifts of normalisations), or head (nothing). One of lora, adapter, compacter and prefix goes"
                        + " together with bitfit or norms: lora+bitfit, adapter+norms. Default: bitfit.",
                "Adapters and prefixes cannot be merged into weights: the model folder of a run with one of them is read by sotto alone"
                        + " (predict, evaluate, train), and transformers refuses it. All begin as nothing but a prefix, with which the"
                        + " first answers are near the seed's and not the same."
            })
    @Nullable
    String method;

    @ArgGroup(validate = false)
    LoraOptions lora = new LoraOptions();

    @ArgGroup(validate = false)
    AdapterOptions adapter = new AdapterOptions();

    @ArgGroup(validate = false)
    PrefixOptions prefix = new PrefixOptions();

    @Option(
            names = "--train",
            paramLabel = "<part>",
            description = {
                "The finer rule: which parameters of the model's own learn: biases+head, biases (the model brings its head), norms+head, norms (scales and shifts"
                        + " of normalisations), or head (linear probing). The noise in each step grows with the square root"
                        + " of their number. Default: what the method says, which without one is biases+head.",
                "Key biases of softmax attention are not among them: their gradient is exactly zero."
            })
    @Nullable
    TrainedPart train;

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
        Set<Method> methods = method == null ? EnumSet.of(Method.BITFIT) : Method.of(method, faults);
        Trained trained = Trained.of(part(methods, faults).part());
        Lora update = lora.lora(methods.contains(Method.LORA) || faults.has("method"), faults);
        if (update != null) {
            trained = trained.with(update);
        }
        Addition bottlenecks = adapter.adapter(
                methods.contains(Method.ADAPTER), methods.contains(Method.COMPACTER) || faults.has("method"), faults);
        if (bottlenecks != null) {
            trained = trained.with(bottlenecks);
        }
        Prefix positions = prefix.prefix(methods.contains(Method.PREFIX) || faults.has("method"), faults);
        if (positions != null) {
            trained = trained.with(positions);
        }
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

    /** Which parameters of the model's own learn. */
    private TrainedPart part(Set<Method> methods, Faults faults) {
        TrainedPart ofMethod = Method.part(methods);
        if (train == null) {
            return ofMethod;
        }
        if (method != null && !faults.has("method") && !train.isPartOf(ofMethod)) {
            faults.add(
                    "train",
                    "%s contradicts method: %s, with which %s learn. Leave one of the two out."
                            .formatted(train, method, ofMethod));
        }
        return train;
    }

    /** Whether weights of the head learn. */
    boolean trainsHead() {
        return train == null || train.part().hasHead();
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
