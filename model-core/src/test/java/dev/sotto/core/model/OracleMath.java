package dev.sotto.core.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonObject;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What models are made of, written out a second time from their definitions: for one row, without a batch axis, without masks,
 * from additions, products and elementary functions of arrays in 64-bit floats.
 *
 * @param p parameters by name
 * @param config the folder's {@code config.json}
 */
record OracleMath(NDManager manager, Map<String, NDArray> p, JsonObject config) {

    NDArray at(String name) {
        NDArray value = p.get(name);
        if (value == null) {
            throw new IllegalArgumentException("no parameter " + name);
        }
        return value;
    }

    int integer(String key) {
        return config.get(key).getAsInt();
    }

    double number(String key) {
        return config.get(key).getAsDouble();
    }

    boolean flag(String key) {
        return config.has(key) && config.get(key).getAsBoolean();
    }

    NDArray create(double[] values, long... shape) {
        return manager.create(values, new Shape(shape));
    }

    /** Rows of a table, [indices, width]. */
    NDArray rows(String table, int[] indices) {
        double[] values = at(table).toDoubleArray();
        int width = (int) at(table).getShape().get(1);
        double[] chosen = new double[indices.length * width];
        for (int i = 0; i < indices.length; i++) {
            System.arraycopy(values, indices[i] * width, chosen, i * width, width);
        }
        return create(chosen, indices.length, width);
    }

    /** x [positions, in] -> [positions, out] */
    NDArray linear(NDArray x, String name) {
        NDArray y = x.matMul(at(name + ".weight").transpose());
        return p.containsKey(name + ".bias") ? y.add(at(name + ".bias")) : y;
    }

    NDArray layerNorm(NDArray x, String name, double epsilon) {
        NDArray centred = x.sub(x.mean(new int[] {1}, true));
        NDArray deviation =
                centred.square().mean(new int[] {1}, true).add(epsilon).sqrt();
        return centred.div(deviation).mul(at(name + ".weight")).add(at(name + ".bias"));
    }

    /**
     * x times a number. DJL's own {@code mul(Number)} frees the number at once, while autograd still wants it for the backward
     * pass: gradients are then what other numbers came to lie in its place.
     */
    static NDArray times(NDArray x, double factor) {
        return x.mul(x.getManager().create(factor));
    }

    /** The larger of x and 0; written so for the same reason. */
    static NDArray relu(NDArray x) {
        return x.maximum(x.getManager().create(0.0));
    }

    NDArray activation(NDArray x, String name) {
        return switch (name) {
            case "gelu" -> times(x, 0.5).mul(times(x, Math.sqrt(0.5)).erf().add(1));
            case "gelu_new" -> {
                NDArray cubic = times(x.mul(x).mul(x), 0.044715).add(x);
                yield times(x, 0.5)
                        .mul(times(cubic, Math.sqrt(2 / Math.PI)).tanh().add(1));
            }
            case "relu" -> relu(x);
            case "silu" -> x.div(x.neg().exp().add(1));
            default -> throw new IllegalArgumentException(name);
        };
    }

    /**
     * Softmax attention, one head after the other: q, k, v [positions, heads * features] -> the shape of q.
     *
     * @param scale multiplies the products of q and k
     * @param bias added to them: [heads, positions, positions], or nothing
     */
    NDArray attention(NDArray q, NDArray k, NDArray v, int heads, double scale, @Nullable NDArray bias) {
        NDList parts = new NDList();
        long features = q.getShape().get(1) / heads;
        for (int head = 0; head < heads; head++) {
            String columns = ":, " + head * features + ":" + (head + 1) * features;
            NDArray scores = times(q.get(columns).matMul(k.get(columns).transpose()), scale);
            if (bias != null) {
                scores = scores.add(bias.get(head));
            }
            NDArray weights = scores.exp();
            weights = weights.div(weights.sum(new int[] {1}, true));
            parts.add(weights.matMul(v.get(columns)));
        }
        return NDArrays.concat(parts, 1);
    }

    /** x [in, height, width] with borders of a value */
    NDArray padded(NDArray x, int border, double value) {
        if (border == 0) {
            return x;
        }
        long[] shape = x.getShape().getShape();
        NDArray side = manager.zeros(new Shape(shape[0], shape[1], border), DataType.FLOAT64)
                .add(value);
        NDArray wide = NDArrays.concat(new NDList(side, x, side), 2);
        NDArray top = manager.zeros(new Shape(shape[0], border, shape[2] + 2L * border), DataType.FLOAT64)
                .add(value);
        return NDArrays.concat(new NDList(top, wide, top), 1);
    }

    private static NDArray shifted(NDArray x, int down, int across, int stride, long height, long width) {
        return x.get(":, " + down + ":" + (down + stride * (height - 1) + 1) + ":" + stride + ", " + across + ":"
                + (across + stride * (width - 1) + 1) + ":" + stride);
    }

    /** x [in, height, width]: the sum over the places in the kernel of a product by what lies there. */
    NDArray convolution(NDArray x, String weight, int stride, int border) {
        NDArray w = at(weight); // [out, in, kernel, kernel]
        int kernelHeight = (int) w.getShape().get(2);
        int kernelWidth = (int) w.getShape().get(3);
        NDArray wide = padded(x, border, 0);
        long height = (wide.getShape().get(1) - kernelHeight) / stride + 1;
        long width = (wide.getShape().get(2) - kernelWidth) / stride + 1;
        NDArray sum = manager.zeros(new Shape(w.getShape().get(0), height * width), DataType.FLOAT64);
        for (int down = 0; down < kernelHeight; down++) {
            for (int across = 0; across < kernelWidth; across++) {
                NDArray seen = shifted(wide, down, across, stride, height, width)
                        .reshape(x.getShape().get(0), height * width);
                sum = sum.add(w.get(":, :, " + down + ", " + across).matMul(seen));
            }
        }
        return sum.reshape(w.getShape().get(0), height, width);
    }

    /** Adds b [channels] to x [channels, height, width]. */
    NDArray plus(NDArray x, NDArray b) {
        return x.add(b.reshape(-1, 1, 1));
    }

    /** The largest of 3 x 3 pixels, every other place; where they do not divide, {@code upwards} keeps the rest. */
    NDArray maxPool(NDArray x, int border, boolean upwards) {
        NDArray wide = padded(x, border, Double.NEGATIVE_INFINITY);
        long height = places(wide.getShape().get(1), upwards);
        long width = places(wide.getShape().get(2), upwards);
        long needed = Math.max(
                2 * (height - 1) + 3 - wide.getShape().get(1),
                2 * (width - 1) + 3 - wide.getShape().get(2));
        if (needed > 0) {
            NDArray more = padded(wide, (int) needed, Double.NEGATIVE_INFINITY);
            wide = more.get(":, " + needed + ":, " + needed + ":");
        }
        NDArray largest = shifted(wide, 0, 0, 2, height, width);
        for (int place = 1; place < 9; place++) {
            largest = largest.maximum(shifted(wide, place / 3, place % 3, 2, height, width));
        }
        return largest;
    }

    private static long places(long size, boolean upwards) {
        return upwards ? Math.floorDiv(size - 3 + 1, 2L) + 1 : (size - 3) / 2 + 1;
    }
}
