package dev.sotto.core.pass;

import dev.sotto.core.engine.ProcessMemory;
import java.io.File;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

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
            return bytes(1);
        }

        /** Of so many rows, with the margin that is left. */
        public long bytes(int rows) {
            return (long) (MARGIN * (fixed + (double) rows * row));
        }
    }

    /**
     * Has it measured.
     *
     * @param process whose {@code main} finds the question in its standard input, and answers it by {@link #tell}
     * @param question a serialised object
     * @param answers how many it will tell
     * @throws IOException if the other process could not measure: the message says why
     */
    public static List<Need> ask(Class<?> process, Serializable question, int answers)
            throws IOException, InterruptedException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        var builder =
                new ProcessBuilder(java.toString(), "-cp", classPath(), process.getName()).redirectErrorStream(true);
        builder.environment().put("MALLOC_MMAP_THRESHOLD_", "131072");
        builder.environment().put("DJL_OFFLINE", "true");
        Process started = builder.start();
        try (var asked = new ObjectOutputStream(started.getOutputStream())) {
            asked.writeObject(question);
        }
        String said = new String(started.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = started.waitFor();
        List<Need> needs = said.lines()
                .filter(line -> line.startsWith(Need.class.getName()))
                .map(line -> line.split(" ", -1))
                .map(words -> new Need(Long.parseLong(words[1]), Long.parseLong(words[2])))
                .toList();
        if (code != 0 || needs.size() != answers) {
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

    /**
     * Measures a pass in this process, which is the other one, and tells what it needs.
     *
     * @param pass makes rows up, so many as it is given, and gives what computes them
     */
    public static void tell(IntFunction<Runnable> pass) throws IOException, InterruptedException {
        peak(pass.apply(1)); // reads the weights
        long few = peak(pass.apply(FEW));
        long row = Math.max(1, (peak(pass.apply(MORE)) - few) / (MORE - FEW));
        System.out.println(Need.class.getName() + " " + Math.max(0, few - FEW * row) + " " + row);
    }

    private static long peak(Runnable computation) throws IOException, InterruptedException {
        ProcessMemory.settle();
        long resident = ProcessMemory.resident();
        ProcessMemory.forgetPeak();
        computation.run();
        return ProcessMemory.peak() - resident;
    }
}
