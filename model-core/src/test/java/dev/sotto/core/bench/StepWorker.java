package dev.sotto.core.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.sotto.core.batch.TokenBatch;
import dev.sotto.core.engine.TorchRuntime;
import dev.sotto.core.model.ModelSpec;
import dev.sotto.core.model.Task;
import dev.sotto.core.model.Trained;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;

/**
 * One kind of step in a process of its own. Does a step for each line it reads, answers with its wall time and CPU time
 * in nanoseconds; at the end of input, with the most memory that any step took above what is resident between steps.
 */
final class StepWorker {
    private static final int VOCABULARY = 30_522;

    private StepWorker() {}

    /** Arguments: mode, model folder, rows, length, threads. */
    public static void main(String[] args) throws Exception {
        TorchRuntime.setThreads(Integer.parseInt(args[4]));
        int rows = Integer.parseInt(args[2]);
        int length = Integer.parseInt(args[3]);
        TokenBatch batch = batch(rows, length);
        var spec = new ModelSpec(Task.CLASSIFICATION, 2, Trained.BIASES_AND_HEAD);
        var cpu = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        StepMode.Work work = StepMode.valueOf(args[0]).open(Path.of(args[1]), spec);
        // Row by row: reads every weight that the batch will read, with little memory beside.
        for (int row = 0; row < rows; row++) {
            work.on(row(batch, row));
        }
        System.gc();
        long resident = ProcessMemory.resident();
        ProcessMemory.forgetPeak();
        System.out.println("ready");
        while (input.readLine() != null) {
            long cpuBefore = cpu.getProcessCpuTime();
            long before = System.nanoTime();
            work.on(batch);
            long wall = System.nanoTime() - before;
            System.out.println(wall + " " + (cpu.getProcessCpuTime() - cpuBefore));
        }
        System.out.println(ProcessMemory.peak() - resident);
    }

    private static TokenBatch batch(int rows, int length) {
        var random = new Random(1);
        int[] ids = random.ints((long) rows * length, 0, VOCABULARY).toArray();
        int[] mask = new int[ids.length];
        Arrays.fill(mask, 1);
        float[] labels = new float[rows];
        for (int row = 0; row < rows; row++) {
            labels[row] = row % 2;
        }
        return new TokenBatch(rows, length, ids, mask, new int[ids.length], labels);
    }

    private static TokenBatch row(TokenBatch batch, int row) {
        int from = row * batch.length();
        int to = from + batch.length();
        return new TokenBatch(
                1,
                batch.length(),
                Arrays.copyOfRange(batch.ids(), from, to),
                Arrays.copyOfRange(batch.mask(), from, to),
                Arrays.copyOfRange(batch.typeIds(), from, to),
                Arrays.copyOfRange(batch.labels(), row, row + 1));
    }
}
