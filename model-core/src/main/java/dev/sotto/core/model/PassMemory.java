package dev.sotto.core.model;

import ai.djl.Device;
import dev.sotto.core.batch.Batch;
import dev.sotto.core.batch.ImageBatch;
import dev.sotto.core.batch.TokenBatch;
import dev.sotto.core.engine.ProcessMemory;
import java.io.File;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * What a forward and backward pass takes of a CPU's memory. Measured on made-up rows in a process of its own, where nobody else takes
 * any and the allocator keeps nothing: libtorch does not tell, and a process that takes more than its container has is killed.
 */
public final class PassMemory {
    private static final int FEW = 2;
    private static final int MORE = 6;
    /** Beside what is measured: allocators of running jobs keep some of what is freed. */
    private static final double MARGIN = 1.25;

    private static final int KILLED = 128; // codes above are signals

    private PassMemory() {}

    /** What the other process is asked. */
    private record Question(String folder, ModelSpec spec, ComputeMode mode, List<List<Integer>> rowShapes)
            implements Serializable {}

    /**
     * Bytes of a pass.
     *
     * @param fixed beside the rows
     * @param row each
     */
    public record Need(long fixed, long row) {

        /** How many rows fit; 0 if not even one does. */
        public int rows(long bytes) {
            return (int) Math.max(0, Math.min(Integer.MAX_VALUE, (bytes - MARGIN * fixed) / (MARGIN * row)));
        }

        /** With the margin that is left. */
        public long ofOneRow() {
            return (long) (MARGIN * (fixed + row));
        }
    }

    /**
     * Measures it for rows of each of some shapes.
     *
     * @param rowShapes tokens, or channels, height and width of an image
     * @throws IOException if the other process could not measure: the message says why
     */
    public static List<Need> of(Path folder, ModelSpec spec, ComputeMode mode, List<List<Integer>> rowShapes)
            throws IOException, InterruptedException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        var builder = new ProcessBuilder(java.toString(), "-cp", classPath(), PassMemory.class.getName())
                .redirectErrorStream(true);
        builder.environment().put("MALLOC_MMAP_THRESHOLD_", "131072");
        builder.environment().put("DJL_OFFLINE", "true");
        Process process = builder.start();
        try (var question = new ObjectOutputStream(process.getOutputStream())) {
            question.writeObject(new Question(folder.toString(), spec, mode, rowShapes));
        }
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.waitFor();
        List<Need> needs = said.lines()
                .filter(line -> line.startsWith(Need.class.getName()))
                .map(line -> line.split(" ", -1))
                .map(words -> new Need(Long.parseLong(words[1]), Long.parseLong(words[2])))
                .toList();
        if (code != 0 || needs.size() != rowShapes.size()) {
            throw new IOException("A process that computed " + MORE + " made-up rows ended with code " + code
                    + (code > KILLED ? " (killed: they may not fit into this machine's memory)" : "") + ":\n" + said);
        }
        return needs;
    }

    /** Where this program's classes come from, whichever loader has them. */
    private static String classPath() {
        List<String> places = new ArrayList<>();
        for (ClassLoader loader = PassMemory.class.getClassLoader(); loader != null; loader = loader.getParent()) {
            if (loader instanceof URLClassLoader ofUrls) {
                Arrays.stream(ofUrls.getURLs()).map(URL::getPath).forEach(places::add);
            }
        }
        places.add(System.getProperty("java.class.path"));
        return String.join(File.pathSeparator, places);
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
                Batch like = like(shape, model.seed().labels());
                peak(model, like, 1); // reads the weights
                long few = peak(model, like, FEW);
                long row = Math.max(1, (peak(model, like, MORE) - few) / (MORE - FEW));
                System.out.println(Need.class.getName() + " " + Math.max(0, few - FEW * row) + " " + row);
            }
        }
    }

    private static long peak(TrainableModel model, Batch like, int rows) throws IOException, InterruptedException {
        Batch batch = like.noise(LongStream.range(0, rows).toArray());
        ProcessMemory.settle();
        long resident = ProcessMemory.resident();
        ProcessMemory.forgetPeak();
        model.gradients(batch, model.initial());
        return ProcessMemory.peak() - resident;
    }

    private static Batch like(List<Integer> shape, Labels kind) {
        var labels = new float[kind.ofRow(shape)];
        if (shape.size() == 1) {
            int length = shape.get(0);
            return new TokenBatch(1, length, new int[length], new int[length], new int[length], labels);
        }
        int pixels = shape.stream().reduce(1, Math::multiplyExact);
        return new ImageBatch(1, shape.get(0), shape.get(1), shape.get(2), new float[pixels], labels);
    }
}
