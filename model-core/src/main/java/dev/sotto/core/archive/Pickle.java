package dev.sotto.core.archive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the pickles in a TorchScript archive as data: nothing named in them is called. The opcodes are those that TorchScript
 * writes (protocol 2); values come out as Long, Double, Boolean, String, List, Map, {@link Tuple}, {@link ScriptObject},
 * {@link StoredTensor}, an empty Optional for None, or a {@link Call} of anything else.
 */
final class Pickle {
    private static final Object MARK = new Object();
    private static final int MOST_LONG_BYTES = Long.BYTES;

    private final ByteBuffer in;
    private final String folder;
    private final List<Object> stack = new ArrayList<>();
    private final Map<Integer, Object> memo = new HashMap<>();

    /** A class or function by its dotted name. */
    record Global(String name) {}

    /** Several values. */
    record Tuple(List<Object> values) {}

    /** Something that would be called to make a value, and with what. */
    record Call(String function, List<Object> arguments) {}

    /** Python's None. */
    static final Object NONE = Optional.empty();

    private Pickle(ByteBuffer in, String folder) {
        this.in = in.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        this.folder = folder;
    }

    /**
     * Reads one pickle.
     *
     * @param folder where the numbers of its tensors are kept
     * @throws IOException if it is no pickle of this kind
     */
    static Object read(ByteBuffer bytes, String folder) throws IOException {
        try {
            return new Pickle(bytes, folder).read();
        } catch (RuntimeException e) {
            throw new IOException("a pickle in it is damaged, or was not written by TorchScript", e);
        }
    }

    private Object read() throws IOException {
        while (true) {
            int opcode = Byte.toUnsignedInt(in.get());
            if (opcode == '.') {
                return pop();
            }
            step(opcode);
        }
    }

    private void step(int opcode) throws IOException {
        switch (opcode) {
            case 0x80 -> in.get(); // the protocol's version
            case '(' -> stack.add(MARK);
            case 'N' -> stack.add(NONE);
            case 0x88 -> stack.add(true);
            case 0x89 -> stack.add(false);
            case 'K' -> stack.add((long) Byte.toUnsignedInt(in.get()));
            case 'M' -> stack.add((long) Short.toUnsignedInt(in.getShort()));
            case 'J' -> stack.add((long) in.getInt());
            case 0x8a -> stack.add(longInteger());
            case 'G' ->
                stack.add(Double.longBitsToDouble(Long.reverseBytes(in.getLong()))); // the one big-endian number
            case 'X' -> stack.add(text(in.getInt()));
            case 'c' -> stack.add(new Global(line() + "." + line()));
            case ')' -> stack.add(new Tuple(List.of()));
            case 0x85, 0x86, 0x87 -> stack.add(new Tuple(take(stack.size() - (opcode - 0x84))));
            case 't' -> stack.add(new Tuple(sinceMark()));
            case ']' -> stack.add(new ArrayList<>());
            case 'a' -> append(take(stack.size() - 1));
            case 'e' -> append(sinceMark());
            case '}' -> stack.add(new LinkedHashMap<>());
            case 's' -> put(take(stack.size() - 2));
            case 'u' -> put(sinceMark());
            case 'q' -> memo.put(Byte.toUnsignedInt(in.get()), top());
            case 'r' -> memo.put(in.getInt(), top());
            case 'h' -> stack.add(known(Byte.toUnsignedInt(in.get())));
            case 'j' -> stack.add(known(in.getInt()));
            case 'Q' -> stack.add(StoredTensor.Storage.of(folder, ((Tuple) pop()).values()));
            case 0x81 -> {
                pop(); // no arguments: TorchScript gives objects their state afterwards
                stack.add(new ScriptObject(((Global) pop()).name()));
            }
            case 'b' -> {
                Object state = pop();
                ((ScriptObject) top()).become(state);
            }
            case 'R' -> {
                List<Object> arguments = ((Tuple) pop()).values();
                stack.add(called(((Global) pop()).name(), arguments));
            }
            default ->
                throw new IOException("a pickle in it uses opcode " + opcode + ", which TorchScript does not write");
        }
    }

    private static Object called(String function, List<Object> arguments) {
        return switch (function) {
            case "torch._utils._rebuild_tensor_v2" -> StoredTensor.of(arguments);
            case "torch.jit._pickle.build_intlist",
                    "torch.jit._pickle.build_doublelist",
                    "torch.jit._pickle.build_boollist",
                    "torch.jit._pickle.build_tensorlist",
                    "torch.jit._pickle.restore_type_tag" -> arguments.get(0);
            default -> new Call(function, arguments);
        };
    }

    private long longInteger() throws IOException {
        int bytes = Byte.toUnsignedInt(in.get());
        if (bytes > MOST_LONG_BYTES) {
            throw new IOException("a pickle in it holds an integer of more than 64 bits");
        }
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            long next = i == bytes - 1 ? in.get() : Byte.toUnsignedInt(in.get()); // the last one has the sign
            value |= next << (Byte.SIZE * i);
        }
        return value;
    }

    private String text(int bytes) {
        if (bytes < 0 || bytes > in.remaining()) {
            throw new IllegalArgumentException("A text of " + bytes + " bytes does not fit.");
        }
        byte[] text = new byte[bytes];
        in.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }

    private String line() {
        int end = in.position();
        while (in.get(end) != '\n') {
            end++;
        }
        String line = text(end - in.position());
        in.get();
        return line;
    }

    private Object top() {
        return stack.get(stack.size() - 1);
    }

    private Object pop() {
        return stack.remove(stack.size() - 1);
    }

    private Object known(int place) {
        Object value = memo.get(place);
        if (value == null) {
            throw new IllegalArgumentException("Nothing was kept at " + place + ".");
        }
        return value;
    }

    private List<Object> sinceMark() {
        int mark = stack.lastIndexOf(MARK);
        List<Object> values = take(mark + 1);
        pop();
        return values;
    }

    private List<Object> take(int from) {
        List<Object> last = stack.subList(from, stack.size());
        List<Object> values = new ArrayList<>(last);
        last.clear();
        return values;
    }

    @SuppressWarnings("unchecked")
    private void append(List<Object> values) {
        ((List<Object>) top()).addAll(values);
    }

    @SuppressWarnings("unchecked")
    private void put(List<Object> keysAndValues) {
        var map = (Map<Object, Object>) top();
        for (int i = 0; i < keysAndValues.size(); i += 2) {
            map.put(keysAndValues.get(i), keysAndValues.get(i + 1));
        }
    }
}
