package dev.sotto.core.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A Java array on its way into a script, copied to the device when the script is called. */
public final class Argument {
    private final DataType type;
    private final long[] shape;
    private final Consumer<ByteBuffer> values;
    private final @Nullable String list;

    private Argument(DataType type, long[] shape, Consumer<ByteBuffer> values, @Nullable String list) {
        this.type = type;
        this.shape = shape;
        this.values = values;
        this.list = list;
    }

    /** A tensor of 32-bit floats, row-major. */
    public static Argument of(float[] values, long... shape) {
        return new Argument(
                DataType.FLOAT32, shape, bytes -> bytes.asFloatBuffer().put(values), null);
    }

    /** A tensor of 32-bit integers, row-major. */
    public static Argument of(int[] values, long... shape) {
        return new Argument(DataType.INT32, shape, bytes -> bytes.asIntBuffer().put(values), null);
    }

    /** A tensor of 64-bit integers, row-major. */
    public static Argument of(long[] values, long... shape) {
        return new Argument(DataType.INT64, shape, bytes -> bytes.asLongBuffer().put(values), null);
    }

    /** The same tensor as an element of a list: arguments in one list, in order, are one {@code List[Tensor]}. */
    public Argument in(String listName) {
        return new Argument(type, shape, values, listName);
    }

    NDArray copyTo(NativeScope scope) {
        NDArray array = scope.array(type, shape, values);
        if (list != null) {
            array.setName(list + "[]"); // DJL gathers arrays of such names into one List[Tensor]
        }
        return array;
    }
}
