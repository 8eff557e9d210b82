package dev.sotto.core.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import com.google.gson.JsonArray;
import java.util.List;

/** ResNet and SqueezeNet for one image, from their papers' formulas. */
final class ConvolutionOracle {
    private final OracleMath math;

    ConvolutionOracle(OracleMath math) {
        this.math = math;
    }

    /** Logits [outputs] of an image [channels, height, width] by ResNet. */
    NDArray resNet(NDArray image) {
        String act = math.config().get("hidden_act").getAsString();
        NDArray x = math.activation(normed(image, "resnet.embedder.embedder", 2), act);
        x = math.maxPool(x, 1, false);
        JsonArray depths = math.config().getAsJsonArray("depths");
        for (int stage = 0; stage < depths.size(); stage++) {
            for (int layer = 0; layer < depths.get(stage).getAsInt(); layer++) {
                boolean halves = layer == 0 && (stage > 0 || math.flag("downsample_in_first_stage"));
                x = math.activation(
                        block(x, "resnet.encoder.stages." + stage + ".layers." + layer, halves ? 2 : 1), act);
            }
        }
        return math.linear(mean(x).reshape(1, -1), "classifier.1").get(0);
    }

    private NDArray block(NDArray x, String name, int stride) {
        boolean shortcut = math.p().containsKey(name + ".shortcut.convolution.weight");
        NDArray around = shortcut ? normed(x, name + ".shortcut", stride) : x;
        String layer = name + ".layer.";
        if (math.config().get("layer_type").getAsString().equals("basic")) {
            NDArray y = OracleMath.relu(normed(x, layer + 0, stride));
            return normed(y, layer + 1, 1).add(around);
        }
        boolean early = math.flag("downsample_in_bottleneck");
        NDArray y = OracleMath.relu(normed(x, layer + 0, early ? stride : 1));
        y = OracleMath.relu(normed(y, layer + 1, early ? 1 : stride));
        return normed(y, layer + 2, 1).add(around);
    }

    /** A convolution, then (y - mean) / sqrt(variance + 1e-5) * scale + shift in each channel. */
    private NDArray normed(NDArray x, String name, int stride) {
        String norm = name + ".normalization.";
        long kernel = math.at(name + ".convolution.weight").getShape().get(2);
        NDArray y = math.convolution(x, name + ".convolution.weight", stride, (int) (kernel / 2));
        y = math.plus(y, math.at(norm + "running_mean").neg());
        NDArray deviation = math.at(norm + "running_var").add(1e-5).sqrt();
        y = y.div(deviation.reshape(-1, 1, 1)).mul(math.at(norm + "weight").reshape(-1, 1, 1));
        return math.plus(y, math.at(norm + "bias"));
    }

    /** Logits [outputs] of an image [channels, height, width] by SqueezeNet, which pools before the given layers. */
    NDArray squeezeNet(NDArray image, List<Integer> pools) {
        NDArray x = OracleMath.relu(biased(image, "features.0", 2, 0));
        for (int i = 2; i < 13; i++) {
            if (pools.contains(i)) {
                x = math.maxPool(x, 0, true);
            } else {
                NDArray squeezed = OracleMath.relu(biased(x, "features." + i + ".squeeze", 1, 0));
                x = NDArrays.concat(
                        new NDList(
                                OracleMath.relu(biased(squeezed, "features." + i + ".expand1x1", 1, 0)),
                                OracleMath.relu(biased(squeezed, "features." + i + ".expand3x3", 1, 1))),
                        0);
            }
        }
        return mean(OracleMath.relu(biased(x, "classifier.1", 1, 0)));
    }

    /** Of each channel, [channels]. */
    private static NDArray mean(NDArray x) {
        return x.reshape(x.getShape().get(0), -1).mean(new int[] {1});
    }

    private NDArray biased(NDArray x, String name, int stride, int border) {
        return math.plus(math.convolution(x, name + ".weight", stride, border), math.at(name + ".bias"));
    }
}
