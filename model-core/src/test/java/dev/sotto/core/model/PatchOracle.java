package dev.sotto.core.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import com.google.gson.JsonElement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** ViT, DeiT and BEiT for one image, from their papers' formulas. */
final class PatchOracle {
    private final OracleMath math;
    private final String type;
    private final double epsilon;
    private int down; // patches
    private int across;

    PatchOracle(OracleMath math) {
        this.math = math;
        this.type = math.config().get("model_type").getAsString();
        this.epsilon = math.number("layer_norm_eps");
    }

    /** Logits [outputs] of an image [channels, height, width]. */
    NDArray logits(NDArray image) {
        NDArray x = embedded(image);
        for (int i = 0; i < math.integer("num_hidden_layers"); i++) {
            x = layer(x, i);
        }
        if (type.equals("beit")) {
            boolean mean = math.flag("use_mean_pooling");
            NDArray pooled = mean ? x.get("1:").mean(new int[] {0}, true) : x.get("0:1");
            String norm = mean ? "beit.pooler.layernorm" : "beit.layernorm";
            return math.linear(math.layerNorm(pooled, norm, epsilon), "classifier")
                    .get(0);
        }
        x = math.layerNorm(x, type + ".layernorm", epsilon);
        if (math.p().containsKey("cls_classifier.weight")) {
            NDArray sum = math.linear(x.get("0:1"), "cls_classifier")
                    .add(math.linear(x.get("1:2"), "distillation_classifier"));
            return OracleMath.times(sum, 0.5).get(0);
        }
        return math.linear(x.get("0:1"), "classifier").get(0);
    }

    /** A patch's pixels, channel by channel, by a matrix. */
    private NDArray embedded(NDArray image) {
        String projection = type + ".embeddings.patch_embeddings.projection";
        NDArray w = math.at(projection + ".weight");
        int height = (int) w.getShape().get(2);
        int width = (int) w.getShape().get(3);
        down = (int) (image.getShape().get(1) / height);
        across = (int) (image.getShape().get(2) / width);
        NDList parts = new NDList();
        for (String token : List.of(".embeddings.cls_token", ".embeddings.distillation_token")) {
            if (math.p().containsKey(type + token)) {
                parts.add(math.at(type + token).get(0));
            }
        }
        NDArray matrix = w.reshape(w.getShape().get(0), -1).transpose();
        for (int row = 0; row < down; row++) {
            for (int column = 0; column < across; column++) {
                NDArray patch = image.get(":, " + row * height + ":" + (row + 1) * height + ", " + column * width + ":"
                        + (column + 1) * width);
                parts.add(patch.reshape(1, -1).matMul(matrix).add(math.at(projection + ".bias")));
            }
        }
        NDArray x = NDArrays.concat(parts, 0);
        String positions = type + ".embeddings.position_embeddings";
        return math.p().containsKey(positions) ? x.add(math.at(positions).get(0)) : x;
    }

    private NDArray layer(NDArray x, int number) {
        String name = type + ".encoder.layer." + number + ".";
        String attention = name + "attention.attention.";
        int heads = math.integer("num_attention_heads");
        NDArray normed = math.layerNorm(x, name + "layernorm_before", epsilon);
        NDArray seen = math.attention(
                math.linear(normed, attention + "query"),
                math.linear(normed, attention + "key"),
                math.linear(normed, attention + "value"),
                heads,
                1 / Math.sqrt((double) x.getShape().get(1) / heads),
                sum(bias(attention, heads), bias("beit.encoder.", heads)));
        NDArray y = x.add(scaled(math.linear(seen, name + "attention.output.dense"), name + "lambda_1"));
        NDArray inner = math.linear(math.layerNorm(y, name + "layernorm_after", epsilon), name + "intermediate.dense");
        JsonElement act = math.config().get("hidden_act");
        inner = math.linear(math.activation(inner, act.getAsString()), name + "output.dense");
        return y.add(scaled(inner, name + "lambda_2"));
    }

    private NDArray scaled(NDArray x, String name) {
        return math.p().containsKey(name) ? x.mul(math.at(name)) : x;
    }

    private static @Nullable NDArray sum(@Nullable NDArray one, @Nullable NDArray other) {
        return one == null ? other : other == null ? one : one.add(other);
    }

    /** Relative position biases, [heads, positions, positions]: looked up pair by pair. */
    private @Nullable NDArray bias(String prefix, int heads) {
        String name = prefix + "relative_position_bias.relative_position_bias_table";
        if (!math.p().containsKey(name)) {
            return null;
        }
        double[] table = math.at(name).toDoubleArray();
        int last = table.length / heads - 1;
        int positions = down * across + 1;
        double[] values = new double[heads * positions * positions];
        for (int from = 0; from < positions; from++) {
            for (int to = 0; to < positions; to++) {
                int row;
                if (from == 0 && to == 0) {
                    row = last;
                } else if (to == 0) {
                    row = last - 1;
                } else if (from == 0) {
                    row = last - 2;
                } else {
                    int below = (from - 1) / across - (to - 1) / across;
                    int beside = (from - 1) % across - (to - 1) % across;
                    row = (below + down - 1) * (2 * across - 1) + beside + across - 1;
                }
                for (int head = 0; head < heads; head++) {
                    values[(head * positions + from) * positions + to] = table[row * heads + head];
                }
            }
        }
        return math.create(values, heads, positions, positions);
    }
}
