package dev.sotto.job.step;

import dev.sotto.core.model.TrainableModel;
import dev.sotto.job.store.ModelFiles;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.conf.Configuration;

/** The models of this JVM, each loaded once and shared by the task threads; the driver's too, in local mode. */
public final class ExecutorModel {

    private static final ConcurrentHashMap<ModelRef, TrainableModel> MODELS = new ConcurrentHashMap<>();

    private ExecutorModel() {}

    /**
     * The model, loaded if this is the first call for it.
     *
     * @param hadoop how this JVM reaches the model's file system
     */
    public static TrainableModel forThisJvm(ModelRef ref, Configuration hadoop) {
        return MODELS.computeIfAbsent(
                ref, wanted -> TrainableModel.load(ModelFiles.onThisMachine(wanted.uri(), hadoop), wanted.spec()));
    }
}
