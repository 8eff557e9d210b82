package dev.sotto.core.family;

import dev.sotto.core.folder.Slot;
import java.util.List;
import java.util.stream.Stream;

/** What the parts of one encoder layer are called in a family's checkpoints; a layer that is used twice is named twice. */
record EncoderLayer(
        String query,
        String key,
        String value,
        String output,
        String outputNorm,
        String inner,
        String outer,
        String outerNorm) {

    List<Slot> slots(int hidden, int intermediate) {
        return Stream.of(
                        Slot.linear(query, hidden, hidden),
                        Slot.keys(key, hidden, hidden),
                        Slot.linear(value, hidden, hidden),
                        Slot.linear(output, hidden, hidden),
                        Slot.norm(outputNorm, hidden),
                        Slot.linear(inner, intermediate, hidden),
                        Slot.linear(outer, hidden, intermediate),
                        Slot.norm(outerNorm, hidden))
                .flatMap(List::stream)
                .toList();
    }

    /** In the order in which the script reads them. */
    List<String> names() {
        return List.of(query, key, value, output, outputNorm, inner, outer, outerNorm);
    }
}
