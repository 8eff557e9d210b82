package dev.sotto.core.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import dev.sotto.core.family.Task;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** GPT-2 and Llama for one text, from their papers' formulas. */
final class DecoderOracle {
    private final OracleMath math;

    DecoderOracle(OracleMath math) {
        this.math = math;
    }

    /** Scores of the next token [tokens, vocabulary], or logits [outputs] of a head on the last token. */
    NDArray logits(int[] ids, Task task) {
        boolean gpt2 = math.config().get("model_type").getAsString().equals("gpt2");
        NDArray x = gpt2 ? gpt2(ids) : llama(ids);
        if (task == Task.CAUSAL_LM) {
            String tied = gpt2 ? "transformer.wte" : "model.embed_tokens";
            return math.linear(x, math.p().containsKey("lm_head.weight") ? "lm_head" : tied);
        }
        return math.linear(x.get(ids.length - 1 + ":"), "score").get(0);
    }

    /** 0 where a token is seen, and enough to make the exponential zero where it is one behind; the same for all heads. */
    private NDArray unseen(int length, int heads) {
        double[] values = new double[heads * length * length];
        for (int i = 0; i < values.length; i++) {
            values[i] = i % length > i / length % length ? -1e300 : 0;
        }
        return math.create(values, heads, length, length);
    }

    private NDArray gpt2(int[] ids) {
        int heads = math.integer("n_head");
        double epsilon = math.number("layer_norm_epsilon");
        NDArray unseen = unseen(ids.length, heads);
        NDArray x = math.rows("transformer.wte.weight", ids)
                .add(math.rows(
                        "transformer.wpe.weight", IntStream.range(0, ids.length).toArray()));
        long hidden = x.getShape().get(1);
        for (int i = 0; i < math.integer("n_layer"); i++) {
            String name = "transformer.h." + i + ".";
            NDArray normed = math.layerNorm(x, name + "ln_1", epsilon);
            NDArray[] parts = new NDArray[3];
            for (int part = 0; part < 3; part++) {
                NDArray weight =
                        math.at(name + "attn.c_attn.weight").get(":, " + part * hidden + ":" + (part + 1) * hidden);
                String which = Stream.of("[query]", "[key]", "[value]").toList().get(part);
                parts[part] = normed.matMul(weight).add(math.at(name + "attn.c_attn.bias" + which));
            }
            double scale = 1 / Math.sqrt((double) hidden / heads);
            if (math.flag("scale_attn_by_inverse_layer_idx")) {
                scale /= i + 1;
            }
            NDArray seen = math.attention(parts[0], parts[1], parts[2], heads, scale, unseen);
            x = x.add(transposed(seen, name + "attn.c_proj"));
            NDArray inner = transposed(math.layerNorm(x, name + "ln_2", epsilon), name + "mlp.c_fc");
            inner = math.activation(
                    inner, math.config().get("activation_function").getAsString());
            x = x.add(transposed(inner, name + "mlp.c_proj"));
        }
        return math.layerNorm(x, "transformer.ln_f", epsilon);
    }

    private NDArray transposed(NDArray x, String name) {
        return x.matMul(math.at(name + ".weight")).add(math.at(name + ".bias"));
    }

    private NDArray llama(int[] ids) {
        int heads = math.integer("num_attention_heads");
        int keyHeads = math.integer("num_key_value_heads");
        NDArray x = math.rows("model.embed_tokens.weight", ids);
        NDArray unseen = unseen(ids.length, heads);
        for (int i = 0; i < math.integer("num_hidden_layers"); i++) {
            String name = "model.layers." + i + ".";
            NDArray normed = rmsNorm(x, name + "input_layernorm");
            NDArray q = turned(math.linear(normed, name + "self_attn.q_proj"), heads);
            NDArray k = turned(math.linear(normed, name + "self_attn.k_proj"), keyHeads);
            NDArray v = math.linear(normed, name + "self_attn.v_proj");
            double scale = 1 / Math.sqrt((double) q.getShape().get(1) / heads);
            NDArray seen =
                    math.attention(q, spread(k, heads, keyHeads), spread(v, heads, keyHeads), heads, scale, unseen);
            x = x.add(math.linear(seen, name + "self_attn.o_proj"));
            normed = rmsNorm(x, name + "post_attention_layernorm");
            NDArray gate = math.activation(math.linear(normed, name + "mlp.gate_proj"), "silu");
            x = x.add(math.linear(gate.mul(math.linear(normed, name + "mlp.up_proj")), name + "mlp.down_proj"));
        }
        return rmsNorm(x, "model.norm");
    }

    private NDArray rmsNorm(NDArray x, String name) {
        NDArray root = x.square()
                .mean(new int[] {1}, true)
                .add(math.number("rms_norm_eps"))
                .sqrt();
        return x.div(root).mul(math.at(name + ".weight"));
    }

    /** Several heads of queries read one of keys: it is written out for each. */
    private static NDArray spread(NDArray k, int heads, int keyHeads) {
        long features = k.getShape().get(1) / keyHeads;
        NDList parts = new NDList();
        for (int head = 0; head < heads; head++) {
            int of = head * keyHeads / heads;
            parts.add(k.get(":, " + of * features + ":" + (of + 1) * features));
        }
        return NDArrays.concat(parts, 1);
    }

    /** Feature j of a head and the one half a head further are a point in the plane, turned by position times frequency. */
    private NDArray turned(NDArray x, int heads) {
        int length = (int) x.getShape().get(0);
        int width = (int) x.getShape().get(1);
        int features = width / heads;
        double[] cosine = new double[length * width];
        double[] sine = new double[length * width];
        double theta = math.config()
                .getAsJsonObject("rope_parameters")
                .get("rope_theta")
                .getAsDouble();
        double[] exchange = new double[width * width]; // from the other one of each pair, with its sign
        for (int column = 0; column < width; column++) {
            int j = column % features;
            boolean first = j < features / 2;
            int other = first ? column + features / 2 : column - features / 2;
            exchange[other * width + column] = first ? -1 : 1;
            double frequency = Math.pow(theta, -2.0 * (j % (features / 2)) / features);
            for (int position = 0; position < length; position++) {
                cosine[position * width + column] = Math.cos(position * frequency);
                sine[position * width + column] = Math.sin(position * frequency);
            }
        }
        return x.mul(math.create(cosine, length, width))
                .add(x.matMul(math.create(exchange, width, width)).mul(math.create(sine, length, width)));
    }
}
