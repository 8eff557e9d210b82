package dev.sotto.job.step;

import ai.djl.Device;
import dev.sotto.core.engine.TorchRuntime;
import dev.sotto.core.model.TrainableModel;
import dev.sotto.job.ExitCode;
import dev.sotto.job.SottoException;
import dev.sotto.job.store.ModelFiles;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.conf.Configuration;

/**
 * The models of this JVM: one for each device, loaded once and shared by the task threads that compute there; the driver's too,
 * in local mode.
 */
public final class ExecutorModel {

    private record Place(ModelRef model, Device device) {}

    private static final ConcurrentHashMap<Place, TrainableModel> MODELS = new ConcurrentHashMap<>();

    private ExecutorModel() {}

    /**
     * The model on this task's device, loaded if this is the first call for it.
     *
     * @param hadoop how this JVM reaches the model's file system
     * @throws SottoException if Spark has assigned a GPU and the libraries here cannot use it
     */
    public static TrainableModel forThisJvm(ModelRef ref, Configuration hadoop) {
        Device device = TaskDevice.ofThisTask();
        return MODELS.computeIfAbsent(new Place(ref, device), wanted -> load(wanted, hadoop));
    }

    private static TrainableModel load(Place wanted, Configuration hadoop) {
        if (wanted.device().isGpu() && !TorchRuntime.isForGpus()) {
            throw new SottoException(
                    ExitCode.SETTINGS,
                    "Spark has assigned " + wanted.device()
                            + " to a task, but the libtorch there is built for CPUs alone and the GPU would idle. Install"
                            + " libtorch with CUDA on every node and set PYTORCH_LIBRARY_PATH to its lib folder,"
                            + " PYTORCH_VERSION=2.7.1 and PYTORCH_FLAVOR=cu128 before starting scripts/sotto; or take"
                            + " spark.task.resource.gpu.amount out, to train on CPUs.");
        }
        return TrainableModel.load(
                ModelFiles.onThisMachine(wanted.model().uri(), hadoop),
                wanted.model().spec(),
                wanted.device(),
                wanted.model().mode());
    }
}
