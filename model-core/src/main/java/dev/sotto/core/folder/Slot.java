package dev.sotto.core.folder;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One parameter that a family's forward pass reads.
 *
 * @param name as in the Hugging Face checkpoint
 * @param shape row-major
 * @param role what it is, hence when it is trained
 * @param whenMissing how it begins if the seed folder has none
 * @param whole the folder's tensor that it is a run of; null if it is one of its own
 */
public record Slot(String name, List<Integer> shape, Role role, WhenMissing whenMissing, @Nullable Whole whole) {

    /**
     * A vector of the folder that is several parameters one after the other.
     *
     * @param name as in the Hugging Face checkpoint
     * @param size its length
     * @param begin where this parameter begins in it
     */
    public record Whole(String name, int size, int begin) {}

    /** What a parameter is. */
    public enum Role {
        /** Any other weight of the backbone, an embedding: never trained. */
        FROZEN,
        /** The weight of a linear map inside the backbone, [out, in] or [out, in, 1, 1]: never trained, but LoRA may add to it. */
        MAP,
        /** The same, kept the other way round: [in, out]. */
        TRANSPOSED_MAP,
        /** A factor of what LoRA adds to a map. */
        FACTOR,
        /** A parameter of an adapter behind a map, or of a prefix; one that the folder holds is trained only if such are. */
        ADAPTER,
        /** A statistic of what the seed model was trained on: no parameter, never trained. */
        STATISTIC,
        /** A table or number of an archive that is no parameter, in whatever number type it has: never trained. */
        CONSTANT,
        /** A bias of the backbone. */
        BIAS,
        /** A bias of keys whose scores go through softmax as they are: it changes nothing. */
        KEY_BIAS,
        /** The scale of a normalisation. */
        NORM_WEIGHT,
        /** The shift of a normalisation. */
        NORM_BIAS,
        /** A weight of the head. */
        HEAD_WEIGHT,
        /** A bias of the head. */
        HEAD_BIAS;

        /** Whether it is a bias term, of the head or of the backbone. */
        public boolean isBias() {
            return this == BIAS || this == KEY_BIAS || this == NORM_BIAS || this == HEAD_BIAS;
        }

        /** Whether it is the weight of a linear map. */
        public boolean isMap() {
            return this == MAP || this == TRANSPOSED_MAP;
        }

        /** Whether it is no parameter of the seed model's class, but added to its maps. */
        public boolean isAdded() {
            return this == FACTOR || this == ADAPTER;
        }

        /** Whether it is a part of the head. */
        public boolean isHead() {
            return this == HEAD_WEIGHT || this == HEAD_BIAS;
        }
    }

    public Slot {
        shape = List.copyOf(shape);
    }

    /** A tensor of its own. */
    public Slot(String name, List<Integer> shape, Role role, WhenMissing whenMissing) {
        this(name, shape, role, whenMissing, null);
    }

    /** A weight that is never trained. */
    public static Slot frozen(String name, Integer... shape) {
        return new Slot(name, List.of(shape), Role.FROZEN, WhenMissing.REFUSE);
    }

    /** The weight of a linear map inside the backbone, which the script reads by {@code linear}. */
    public static Slot map(String name, int out, int in) {
        return frozen(name + ".weight", out, in).as(Role.MAP);
    }

    /** The weight of a convolution inside the backbone; one of 1 x 1 is a linear map of each pixel. */
    public static Slot convolution(String name, int out, int in, int kernel) {
        return frozen(name + ".weight", out, in, kernel, kernel).as(kernel == 1 ? Role.MAP : Role.FROZEN);
    }

    /** A statistic of what the seed model was trained on. */
    public static Slot statistic(String name, Integer... shape) {
        return new Slot(name, List.of(shape), Role.STATISTIC, WhenMissing.REFUSE);
    }

    /** Weight and bias of a linear map inside the backbone. */
    public static List<Slot> linear(String name, int out, int in) {
        return List.of(map(name, out, in), bias(name, out));
    }

    /** Weight and bias of the linear map that makes the keys of softmax attention. */
    public static List<Slot> keys(String name, int out, int in) {
        return List.of(map(name, out, in), bias(name, out).as(Role.KEY_BIAS));
    }

    /** Weight and bias of a normalisation that is computed by {@code layer_norm}, {@code group_norm} or {@code conv_norm}. */
    public static List<Slot> norm(String name, int features) {
        return List.of(
                frozen(name + ".weight", features).as(Role.NORM_WEIGHT),
                bias(name, features).as(Role.NORM_BIAS));
    }

    /** The bias under a layer's name. */
    public static Slot bias(String name, int features) {
        return new Slot(name + ".bias", List.of(features), Role.BIAS, WhenMissing.REFUSE);
    }

    /** Weight and bias of a layer of the head; the weight's first dimension is the number of its outputs. */
    public static List<Slot> head(String name, Integer... weightShape) {
        return List.of(headWeight(name, weightShape), headBias(name, weightShape[0]));
    }

    /** Bias of a layer of the head. */
    public static Slot headBias(String name, int outputs) {
        return new Slot(name + ".bias", List.of(outputs), Role.HEAD_BIAS, WhenMissing.ZEROS);
    }

    /** Weight of a layer of the head that has no bias. */
    public static Slot headWeight(String name, Integer... shape) {
        return new Slot(name + ".weight", List.of(shape), Role.HEAD_WEIGHT, WhenMissing.NORMAL);
    }

    /** The biases of query, key and value that a folder keeps one after the other in one vector. */
    public static List<Slot> queryKeyValueBias(String name, int features) {
        List<Slot> parts = new ArrayList<>();
        for (String part : List.of("query", "key", "value")) {
            var whole = new Whole(name + ".bias", 3 * features, parts.size() * features);
            parts.add(new Slot(
                    name + ".bias[" + part + "]",
                    List.of(features),
                    part.equals("key") ? Role.KEY_BIAS : Role.BIAS,
                    WhenMissing.REFUSE,
                    whole));
        }
        return parts;
    }

    /** The name of the folder's tensor that it is or is a part of. */
    public String tensorName() {
        return whole == null ? name : whole.name();
    }

    /** The shape of that tensor. */
    public List<Integer> tensorShape() {
        return whole == null ? shape : List.of(whole.size());
    }

    /** The same parameter in another role. */
    public Slot as(Role other) {
        return new Slot(name, shape, other, whenMissing, whole);
    }

    /** The same, but begun by a rule if the folder lacks it. */
    public Slot orElse(WhenMissing rule) {
        return new Slot(name, shape, role, rule, whole);
    }

    /** The number of floats it holds. */
    public long size() {
        return shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
    }
}
