package dev.sotto.core.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.sotto.core.batch.Batch;
import dev.sotto.core.engine.ProcessMemory;
import dev.sotto.core.engine.TorchRuntime;
import dev.sotto.core.family.ModelSpec;
import dev.sotto.core.family.Task;
import dev.sotto.core.method.Trained;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * One kind of step in a process of its own. Does a step for each line it reads, answers with its wall time and CPU time
 * in nanoseconds; at the end of input, with the most memory that any step took above what is resident between steps.
 */
final class StepWorker {
    private StepWorker() {}

    /** Arguments: mode, model folder, rows, length, threads, model. */
    public static void main(String[] args) throws Exception {
        TorchRuntime.setThreads(Integer.parseInt(args[4]));
        int rows = Integer.parseInt(args[2]);
        int length = Integer.parseInt(args[3]);
        BenchModel model = BenchModel.valueOf(args[5]);
        Batch batch = model.batch(rows, length);
        var spec = new ModelSpec(Task.CLASSIFICATION, 2, Trained.BIASES_AND_HEAD);
        var cpu = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        StepMode.Work work = StepMode.valueOf(args[0]).open(Path.of(args[1]), spec);
        work.on(model.batch(1, length)); // reads the weights, with little memory beside
        ProcessMemory.settle();
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
}
