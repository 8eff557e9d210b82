package dev.sotto.job.step;

import ai.djl.Device;
import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import java.util.List;
import java.util.Map;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;

/** Where this task computes: on the GPU that Spark has assigned to it, else on the CPU. */
public final class TaskDevice {

    private static final String RESOURCE = "gpu"; // as in spark.task.resource.gpu.amount

    private TaskDevice() {}

    /**
     * The CPU on the driver, too.
     *
     * @throws SottoException if Spark has assigned what a task cannot compute on
     */
    public static Device ofThisTask() {
        TaskContext task = TaskContext.get();
        return task == null ? Device.cpu() : of(task.resourcesJMap());
    }

    /** The addresses of the GPUs that Spark has assigned to this task, however many and however named. */
    public static List<String> assigned() {
        TaskContext task = TaskContext.get();
        ResourceInformation gpus = task == null ? null : task.resourcesJMap().get(RESOURCE);
        return gpus == null ? List.of() : List.of(gpus.addresses());
    }

    static Device of(Map<String, ResourceInformation> assigned) {
        ResourceInformation gpus = assigned.get(RESOURCE);
        if (gpus == null || gpus.addresses().length == 0) {
            return Device.cpu();
        }
        if (gpus.addresses().length > 1) {
            throw refused("has assigned " + gpus.addresses().length
                    + " GPUs to one task, which computes on one: set spark.task.resource.gpu.amount=1 (or a fraction, for"
                    + " several tasks on one GPU)");
        }
        String address = gpus.addresses()[0];
        if (!address.matches("\\d{1,4}")) {
            throw refused("names a GPU \"" + address + "\", which is no index: set"
                    + " spark.executor.resource.gpu.discoveryScript (and spark.worker's, on a standalone cluster) to"
                    + " scripts/gpu-discovery.sh");
        }
        return Device.gpu(Integer.parseInt(address));
    }

    private static SottoException refused(String what) {
        return new SottoException(ExitCode.SETTINGS, "Spark " + what + ".");
    }
}
