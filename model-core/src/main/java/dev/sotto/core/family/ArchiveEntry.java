package dev.sotto.core.family;

import dev.sotto.core.archive.RewrittenArchive;
import dev.sotto.core.archive.RewrittenArchive.Parameter;
import dev.sotto.core.batch.Batch;
import dev.sotto.core.batch.ImageBatch;
import dev.sotto.core.batch.TokenBatch;
import dev.sotto.core.engine.Argument;
import dev.sotto.core.folder.Config;
import dev.sotto.core.folder.ModelException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How an archive is called: which inputs it takes, and which of what it gives are the logits.
 *
 * @param inputs what it takes, by name, in order
 * @param source the function {@code forward} that calls it
 * @param looksAtValues whether its code decides by the values of tensors what it computes
 */
record ArchiveEntry(List<String> inputs, String source, boolean looksAtValues) {
    private static final String INPUTS = "inputs";
    private static final String PIXELS = "pixel_values";
    /** In the order in which scripts are given them. */
    private static final List<String> TEXT_INPUTS = List.of("input_ids", "attention_mask", "token_type_ids");

    ArchiveEntry {
        inputs = List.copyOf(inputs);
    }

    /** From the configuration's list of inputs and the archive's own parameters. */
    static ArchiveEntry of(Config config, RewrittenArchive code, Task task) {
        List<String> inputs = config.texts(INPUTS);
        boolean images = inputs.contains(PIXELS);
        if (inputs.isEmpty() || (images ? inputs.size() > 1 : !TEXT_INPUTS.containsAll(inputs))) {
            throw new ModelException.Damaged(config.path() + " says \"inputs\": " + inputs
                    + ", which should be what the model's forward takes, in its order: [\"pixel_values\"], or some of "
                    + TEXT_INPUTS + ".");
        }
        List<Parameter> parameters = code.parameters();
        boolean fits = inputs.size() <= parameters.size()
                && parameters.subList(0, inputs.size()).stream()
                        .allMatch(each ->
                                each.type().equals("Tensor") || each.type().equals("Optional[Tensor]"))
                && parameters.subList(inputs.size(), parameters.size()).stream().noneMatch(Parameter::required);
        if (!fits) {
            throw new ModelException.Damaged(
                    config.path() + " says \"inputs\": " + inputs + ", but the model's forward takes "
                            + parameters.stream()
                                    .map(each -> each.name() + ": " + each.type())
                                    .toList()
                            + ". Name one input for each, in order.");
        }
        if (images && task.labelsTokens()) {
            throw new ModelException.Unsupported(config.path()
                    + " describes a model of images, which have no tokens to be" + " labelled. Choose another task.");
        }
        List<String> arguments = new ArrayList<>(List.of("p"));
        inputs.forEach(
                each -> arguments.add(images ? "inputs[0]" : "torch.to(inputs[" + TEXT_INPUTS.indexOf(each) + "], 4)"));
        String call =
                "self." + code.entry() + "(" + String.join(", ", arguments) + ")" + logits(config, code.returns());
        int dimensions = task.labelsTokens() ? 3 : 2;
        return new ArchiveEntry(
                inputs,
                """
                def forward(self, inputs: List[Tensor], p: Dict[str, Tensor]) -> Tensor:
                  logits = %s
                  assert logits.dim() == %d, "the logits should have %d dimensions: %s"
                  return logits
                """
                        .formatted(
                                call,
                                dimensions,
                                dimensions,
                                dimensions == 3 ? "rows, tokens, classes" : "rows, outputs"),
                code.looksAtValues());
    }

    private static String logits(Config config, String returns) {
        if (returns.equals("Tensor")) {
            return "";
        } else if (returns.startsWith("Tuple[Tensor")) {
            return "[0]";
        } else if (returns.equals("Dict[str, Tensor]")) {
            return "[\"logits\"]";
        }
        throw new ModelException.Unsupported(config.path() + " belongs to an archive whose forward gives " + returns
                + "; a tensor, a tuple that begins with one, or a dictionary with \"logits\" is understood.");
    }

    /** Whether it takes pixels rather than tokens. */
    boolean takesImages() {
        return inputs.contains(PIXELS);
    }

    /** A batch as the archive itself takes it. */
    List<Argument> original(Batch batch) {
        if (batch instanceof ImageBatch images) {
            return List.of(
                    Argument.of(images.pixels(), images.rows(), images.channels(), images.height(), images.width()));
        }
        TokenBatch tokens = (TokenBatch) batch;
        List<int[]> all = List.of(tokens.ids(), tokens.mask(), tokens.typeIds());
        return inputs.stream()
                .map(each -> all.get(TEXT_INPUTS.indexOf(each)))
                .map(values ->
                        Argument.of(IntStream.of(values).asLongStream().toArray(), tokens.rows(), tokens.length()))
                .toList();
    }

    static TextInputs text(Config config) {
        return new TextInputs(
                config.size("vocab_size"),
                config.has("type_vocab_size") ? config.size("type_vocab_size") : TextInputs.ANY_TYPE,
                config.size("max_position_embeddings"));
    }

    static ImageInputs images(Config config) {
        Config.Sides sides = config.sides("image_size");
        return new ImageInputs(config.integer("num_channels", 3), sides.height(), sides.width(), false);
    }
}
