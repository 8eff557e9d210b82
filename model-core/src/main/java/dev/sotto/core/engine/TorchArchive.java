package dev.sotto.core.engine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A TorchScript archive in memory, written from source text: what {@code torch.jit.save} would have written for a
 * module without parameters.
 *
 * <p>The source is a class body, dedented: functions whose first argument is {@code self}. Named constants are
 * read as {@code self.NAME()}: archives have no other way to name one. It is TorchScript as archives hold it: {@code torch.NAME} is the operator
 * {@code aten::NAME}, dtypes are numbers, there are no f-strings and no docstrings.
 */
public final class TorchArchive {
    /** The file format's newest version: under an older one operators are looked up in their older forms. */
    private static final String VERSION = "10\n";
    /** An empty tuple in Python's pickle protocol 2. */
    private static final String NO_CONSTANTS = "\u0080\u0002).";
    /** An object of class {@code __torch__.Model} with no state, in Python's pickle protocol 2. */
    private static final String EMPTY_MODEL = "\u0080\u0002c__torch__\nModel\n)\u0081}b.";

    private TorchArchive() {}

    /**
     * Writes the archive.
     *
     * @param constants values of {@code self.NAME()}: Integer, Double, Boolean, String, or a List of one of these kinds
     * @param body functions of the module, as in the class comment
     */
    public static byte[] of(Map<String, Object> constants, String body) {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            store(zip, "m/version", VERSION.getBytes(StandardCharsets.ISO_8859_1));
            store(zip, "m/constants.pkl", NO_CONSTANTS.getBytes(StandardCharsets.ISO_8859_1));
            store(zip, "m/data.pkl", EMPTY_MODEL.getBytes(StandardCharsets.ISO_8859_1));
            store(zip, "m/code/__torch__.py", source(constants, body).getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("Writing to memory failed.", e);
        }
        return bytes.toByteArray();
    }

    private static String source(Map<String, Object> constants, String body) {
        String functions = constants.entrySet().stream()
                .map(each -> "def " + each.getKey() + "(self) -> " + type(each.getValue()) + ":\n  return "
                        + literal(each.getValue()) + "\n")
                .collect(Collectors.joining());
        return "class Model(Module):\n" + ("__parameters__ = []\n__buffers__ = []\n" + functions + body).indent(2);
    }

    /** PyTorch's reader wants entries uncompressed. */
    private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
        var crc = new CRC32();
        crc.update(content);
        var entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(crc.getValue());
        entry.setTime(0);
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }

    private static String type(Object value) {
        if (value instanceof Integer) {
            return "int";
        } else if (value instanceof Double) {
            return "float";
        } else if (value instanceof Boolean) {
            return "bool";
        } else if (value instanceof String) {
            return "str";
        } else if (value instanceof List<?> list && !list.isEmpty()) {
            return "List[" + type(list.get(0)) + "]";
        }
        throw new IllegalArgumentException(value + " is no constant that TorchScript source can hold.");
    }

    private static String literal(Object value) {
        if (value instanceof Boolean flag) {
            return flag ? "True" : "False";
        } else if (value instanceof String text) {
            return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
        } else if (value instanceof List<?> list) {
            return list.stream().map(TorchArchive::literal).collect(Collectors.joining(", ", "[", "]"));
        }
        return value.toString();
    }
}
