package dev.sotto.core.archive;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What becomes of a call of PyTorch's operators: those that add a bias are led through {@code archive.pyts}, which can add one of
 * each row's own; those that would reach out of the computation are refused.
 */
final class Operators {
    /** Where the bias stands among the arguments of operators whose last axis is that of the features. */
    private static final Map<String, Integer> BIAS_OF_FEATURES = Map.of("layer_norm", 3);

    /** The same of operators whose second axis is that of the channels. */
    private static final Map<String, Integer> BIAS_OF_CHANNELS = Map.ofEntries(
            Map.entry("conv1d", 2),
            Map.entry("conv2d", 2),
            Map.entry("conv3d", 2),
            Map.entry("conv_transpose1d", 2),
            Map.entry("conv_transpose2d", 2),
            Map.entry("conv_transpose3d", 2),
            Map.entry("_convolution", 2),
            Map.entry("convolution", 2),
            Map.entry("batch_norm", 2),
            Map.entry("group_norm", 3),
            Map.entry("instance_norm", 2));

    private static final int TRAINING_OF_BATCH_NORM = 5;

    /** Functions of single numbers, a row's of which {@code archive.pyts} has computed by the same code wherever the row stands. */
    private static final Set<String> OF_SINGLE_NUMBERS = Set.of(
            "elu",
            "elu_",
            "gelu",
            "hardsigmoid",
            "hardsigmoid_",
            "hardswish",
            "hardswish_",
            "log_sigmoid",
            "mish",
            "mish_",
            "sigmoid",
            "sigmoid_",
            "silu",
            "silu_",
            "softplus",
            "tanh",
            "tanh_");

    /** Their biases meet the rows inside the operator, step by step, where no row's own can be put. */
    private static final Set<String> RECURRENT =
            Set.of("lstm", "gru", "rnn_tanh", "rnn_relu", "lstm_cell", "gru_cell", "rnn_tanh_cell", "rnn_relu_cell");

    /** They write files or logs, or read files. */
    private static final Set<String> REACHING_OUT = Set.of("save", "from_file", "manual_seed");

    /** What they give lies in the memory of what they are given, so that a change of the one changes the other. */
    private static final Set<String> VIEWS = Set.of(
            "alias",
            "as_strided",
            "contiguous",
            "detach",
            "diagonal",
            "expand",
            "expand_as",
            "flatten",
            "movedim",
            "narrow",
            "permute",
            "reshape",
            "select",
            "slice",
            "squeeze",
            "swapaxes",
            "t",
            "to",
            "transpose",
            "unflatten",
            "unfold",
            "unsqueeze",
            "view",
            "view_as");

    private Operators() {}

    /** Whether what an operator gives may be a tensor of a module, seen in another way. */
    static boolean isView(String name, List<Value> arguments) {
        return VIEWS.contains(name) && !arguments.isEmpty() && arguments.get(0) instanceof Value.Tensor;
    }

    /**
     * A call of {@code torch.NAME}.
     *
     * @param where the module whose code calls it, for messages
     */
    static String call(String name, List<Value> values, String where) {
        List<String> arguments = new ArrayList<>();
        values.forEach(each -> arguments.add(each.text()));
        if (RECURRENT.contains(name)) {
            throw new ArchiveException(
                    where + " calls " + name + ", in which biases meet all rows at once: no gradient of"
                            + " one row's own comes out. LSTM and GRU are not supported; a convolution or attention in its place"
                            + " is.");
        }
        if (REACHING_OUT.contains(name)) {
            throw new ArchiveException(where + " calls torch." + name + ", which reaches out of the computation (files,"
                    + " logs, random numbers): what rows hold could leave by it. Take it out of the model.");
        }
        boolean inPlace = name.endsWith("_") && !name.startsWith("__");
        if (inPlace && !values.isEmpty() && values.get(0) instanceof Value.Tensor) {
            throw new ArchiveException(
                    where + " changes a tensor of its own in place (" + name + "), so that one row would"
                            + " depend on those before it. Call model.eval() before the archive is made, and keep no state.");
        }
        if (name.equals("linear") || name.equals("addmm") || OF_SINGLE_NUMBERS.contains(name)) {
            return "self.archive_" + name + "(" + String.join(", ", arguments) + ")";
        }
        if (name.equals("batch_norm")) {
            arguments.set(TRAINING_OF_BATCH_NORM, "self.archive_frozen(" + arguments.get(TRAINING_OF_BATCH_NORM) + ")");
        }
        if (BIAS_OF_FEATURES.containsKey(name)) {
            return withBias("features", name, arguments, BIAS_OF_FEATURES.get(name));
        } else if (BIAS_OF_CHANNELS.containsKey(name)) {
            return withBias("channels", name, arguments, BIAS_OF_CHANNELS.get(name));
        }
        return "torch." + name + "(" + String.join(", ", arguments) + ")";
    }

    private static String withBias(String axis, String name, List<String> arguments, int place) {
        if (arguments.size() <= place || arguments.get(place).equals("None")) {
            return "torch." + name + "(" + String.join(", ", arguments) + ")";
        }
        List<String> shared = new ArrayList<>(arguments);
        shared.set(place, "self.archive_shared(" + arguments.get(place) + ")");
        return "self.archive_add_to_" + axis + "(torch." + name + "(" + String.join(", ", shared) + "), "
                + arguments.get(place) + ")";
    }
}
