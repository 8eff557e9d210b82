package dev.sotto.core.model;

import dev.sotto.core.engine.NumberType;
import dev.sotto.core.engine.SafetensorsWriter;
import dev.sotto.core.folder.SafetensorsWeights;
import dev.sotto.core.folder.Slot;
import dev.sotto.core.method.Trained;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** A model of any family with random weights, as a Hugging Face folder: costs what a trained one costs. */
public final class RandomFolder {
    private static final long SEED = 20_240_601;

    private RandomFolder() {}

    /** Writes the model that a {@code config.json} describes, unless its weights are there already. */
    public static void write(Path folder, String config) throws IOException {
        Path done = folder.resolve(SafetensorsWeights.ONE_FILE);
        if (Files.exists(done)) {
            return;
        }
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("config.json"), config);
        List<SafetensorsWriter.Content> contents = new ArrayList<>();
        var random = new SplittableRandom(SEED);
        try (SeedModel model = SeedModel.describe(folder, SavedModel.spec(folder, Trained.BIASES_AND_HEAD))) {
            Map<String, Slot> tensors = new TreeMap<>();
            model.architecture().slots().forEach(slot -> tensors.put(slot.tensorName(), slot));
            tensors.forEach((name, slot) -> contents.add(new SafetensorsWriter.Content(
                    name, NumberType.F32, slot.tensorShape(), () -> values(slot, random.split()))));
        }
        Path partial = folder.resolve("model.partial");
        SafetensorsWriter.write(partial, Map.of("format", "pt"), contents);
        Files.move(partial, done);
    }

    /** Uniform around a middle with standard deviation 0.02, as BERT begins. */
    private static ByteBuffer values(Slot slot, SplittableRandom random) {
        boolean scale = slot.role() == Slot.Role.NORM_WEIGHT || slot.name().endsWith("running_var");
        double reach = 0.02 * Math.sqrt(3);
        int count = slot.tensorShape().stream().reduce(1, Math::multiplyExact);
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.multiplyExact(count, Float.BYTES)).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            bytes.putFloat((scale ? 1 : 0) + (float) random.nextDouble(-reach, reach));
        }
        return bytes.rewind();
    }
}
