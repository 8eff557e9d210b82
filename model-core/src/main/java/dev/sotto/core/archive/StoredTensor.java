package dev.sotto.core.archive;

import dev.sotto.core.engine.NumberType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A tensor of an archive. Equal ones are the same numbers: parameters that several modules share are equal.
 *
 * @param storage the run of numbers it is a view of
 * @param offset of its first number in the storage, in numbers
 * @param shape its dimensions
 * @param strides steps between neighbours along each dimension, in numbers
 */
record StoredTensor(Storage storage, long offset, List<Integer> shape, List<Long> strides) {

    /**
     * A run of numbers.
     *
     * @param typeName PyTorch's name of its type, such as {@code torch.FloatStorage}
     * @param key name of the file entry that holds it
     * @param size in numbers
     */
    record Storage(String typeName, String key, long size) {
        private static final Map<String, NumberType> TYPES = Map.of(
                "torch.FloatStorage", NumberType.F32,
                "torch.DoubleStorage", NumberType.F64,
                "torch.HalfStorage", NumberType.F16,
                "torch.BFloat16Storage", NumberType.BF16,
                "torch.LongStorage", NumberType.I64,
                "torch.IntStorage", NumberType.I32,
                "torch.ShortStorage", NumberType.I16,
                "torch.CharStorage", NumberType.I8,
                "torch.ByteStorage", NumberType.U8,
                "torch.BoolStorage", NumberType.BOOL);

        /** From a persistent id: ("storage", type, key, device, size). */
        static Storage of(String folder, List<Object> id) {
            return new Storage(((Pickle.Global) id.get(1)).name(), folder + "/" + id.get(2), (long) id.get(4));
        }

        NumberType type() {
            NumberType type = TYPES.get(typeName);
            if (type == null) {
                throw new ArchiveException("The archive holds numbers of type " + typeName
                        + ", which are not read. Make it from a model in 32-bit floats: model.float().");
            }
            return type;
        }
    }

    StoredTensor {
        shape = List.copyOf(shape);
        strides = List.copyOf(strides);
    }

    /** From the arguments of its rebuilding: (storage, offset, shape, strides, ...). */
    static StoredTensor of(List<Object> arguments) {
        List<Integer> shape = new ArrayList<>();
        List<Long> strides = new ArrayList<>();
        ((Pickle.Tuple) arguments.get(2)).values().forEach(each -> shape.add(Math.toIntExact((long) each)));
        ((Pickle.Tuple) arguments.get(3)).values().forEach(each -> strides.add((long) each));
        return new StoredTensor((Storage) arguments.get(0), (long) arguments.get(1), shape, strides);
    }

    NumberType type() {
        return storage.type();
    }

    long size() {
        return shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
    }

    /** Where its last number ends in the storage, in numbers. */
    long end() {
        long last = offset;
        for (int i = 0; i < shape.size(); i++) {
            last += Math.max(0, shape.get(i) - 1) * strides.get(i);
        }
        return size() == 0 ? offset : last + 1;
    }

    /** Whether its numbers lie one after the other, row-major. */
    boolean isContiguous() {
        long step = 1;
        for (int i = shape.size() - 1; i >= 0; i--) {
            if (shape.get(i) != 1 && strides.get(i) != step) {
                return false;
            }
            step *= shape.get(i);
        }
        return true;
    }
}
