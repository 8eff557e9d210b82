package dev.sotto.core.model;

import ai.djl.Device;
import dev.sotto.core.batch.Batch;
import dev.sotto.core.family.ModelSpec;
import dev.sotto.core.pass.ComputeMode;
import dev.sotto.core.pass.PassMemory;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;

/** What a pass of a model takes of a CPU's memory: what {@link PassMemory} asks another process, and that process. */
public final class ModelMemory {
    private ModelMemory() {}

    /** What the other process is asked. */
    private record Question(String folder, ModelSpec spec, ComputeMode mode, List<List<Integer>> rowShapes)
            implements Serializable {}

    /**
     * Measures it for rows of each of some shapes.
     *
     * @param rowShapes tokens, or channels, height and width of an image
     * @throws IOException if the other process could not measure: the message says why
     */
    public static List<PassMemory.Need> of(Path folder, ModelSpec spec, ComputeMode mode, List<List<Integer>> rowShapes)
            throws IOException, InterruptedException {
        return PassMemory.ask(
                ModelMemory.class, new Question(folder.toString(), spec, mode, rowShapes), rowShapes.size());
    }

    /** The other process. */
    public static void main(String[] none) throws Exception {
        Question question;
        try (var in = new ObjectInputStream(System.in)) {
            question = (Question) in.readObject();
        }
        try (TrainableModel model =
                TrainableModel.load(Path.of(question.folder()), question.spec(), Device.cpu(), question.mode())) {
            for (List<Integer> shape : question.rowShapes()) {
                Batch like = model.madeUp(shape);
                PassMemory.tell(rows -> gradients(model, like, rows));
            }
        }
    }

    private static Runnable gradients(TrainableModel model, Batch like, int rows) {
        Batch batch = like.noise(LongStream.range(0, rows).toArray());
        return () -> model.gradients(batch, model.initial());
    }
}
