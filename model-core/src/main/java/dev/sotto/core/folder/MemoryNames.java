package dev.sotto.core.folder;

import java.util.regex.Pattern;

/** Names that transformers 5 has in memory for what a checkpoint names otherwise: of some models of images. */
public final class MemoryNames {
    private static final Pattern VISION = Pattern.compile("(vit|deit|beit)\\.encoder\\.layer\\.(\\d+)\\.(.*)");

    private MemoryNames() {}

    /** That of a module or tensor of a checkpoint. */
    public static String of(String name) {
        var vision = VISION.matcher(name);
        return vision.matches()
                ? vision.group(1) + ".layers." + vision.group(2) + "."
                        + vision.group(3)
                                .replace("attention.attention.query", "attention.q_proj")
                                .replace("attention.attention.key", "attention.k_proj")
                                .replace("attention.attention.value", "attention.v_proj")
                                .replace("attention.output.dense", "attention.o_proj")
                                .replace("intermediate.dense", "mlp.fc1")
                                .replace("output.dense", "mlp.fc2")
                : name;
    }
}
