package dev.sotto.core.bench;

import ai.djl.Device;
import dev.sotto.core.batch.Batch;
import dev.sotto.core.family.ModelSpec;
import dev.sotto.core.method.Lora;
import dev.sotto.core.method.Trained;
import dev.sotto.core.model.Baselines;
import dev.sotto.core.model.TrainableModel;
import dev.sotto.core.pass.ComputeMode;
import dev.sotto.core.pass.ComputeMode.Precision;
import dev.sotto.core.privacy.ClippedSum;
import dev.sotto.core.privacy.Clipping;
import dev.sotto.core.privacy.PrivacyPlan;
import java.nio.file.Path;

/** The steps that are compared, on one model and one batch. */
enum StepMode {
    /** What an executor does for DP-BiTFiT: a gradient per row; norm, clip, lattice, guard and sum of each. */
    DP_BITFIT("DP-BiTFiT, biases and head") {
        @Override
        Work open(Path folder, ModelSpec spec) {
            return privateStep(folder, spec, ComputeMode.USUAL);
        }
    },
    /** The same with layers computed again on the way back. */
    RECOMPUTED("the same, recomputed") {
        @Override
        Work open(Path folder, ModelSpec spec) {
            return privateStep(folder, spec, new ComputeMode(true, Precision.FLOAT32));
        }
    },
    /** The same with frozen weights and states of 16 bits. */
    BFLOAT16("the same in bfloat16") {
        @Override
        Work open(Path folder, ModelSpec spec) {
            return privateStep(folder, spec, new ComputeMode(false, Precision.BFLOAT16));
        }
    },
    /** Low-rank updates of queries and values instead of biases. */
    LORA("DP-LoRA, rank 8, and head") {
        @Override
        Work open(Path folder, ModelSpec spec) {
            Trained trained = Trained.HEAD.with(new Lora(8, 16, Lora.QUERIES_AND_VALUES));
            return privateStep(folder, new ModelSpec(spec.task(), spec.outputs(), trained), ComputeMode.USUAL);
        }
    },
    /** One gradient of the batch by the parameters of DP-BiTFiT. */
    BIAS("biases and head, not private") {
        @Override
        Work open(Path folder, ModelSpec spec) {
            Baselines model = Baselines.load(folder, spec);
            float[] trained = model.initial();
            return batch -> model.trainedGradient(batch, trained);
        }
    },
    /** One gradient of the batch by all parameters. */
    FULL("all parameters, not private") {
        @Override
        Work open(Path folder, ModelSpec spec) {
            Baselines model = Baselines.load(folder, spec);
            float[] trained = model.initial();
            return batch -> model.fullGradient(batch, trained);
        }
    },
    /** The losses alone. */
    FORWARD("forward only") {
        @Override
        Work open(Path folder, ModelSpec spec) {
            TrainableModel model = TrainableModel.load(folder, spec);
            float[] trained = model.initial();
            return batch -> model.losses(batch, trained);
        }
    };

    private final String words;

    StepMode(String words) {
        this.words = words;
    }

    String words() {
        return words;
    }

    private static Work privateStep(Path folder, ModelSpec spec, ComputeMode mode) {
        TrainableModel model = TrainableModel.load(folder, spec, Device.cpu(), mode);
        float[] trained = model.initial();
        var plan = new PrivacyPlan(100_000, 0.01, 1_000, 1, new Clipping.Abadi(1));
        return batch -> {
            float[] gradients = model.gradients(batch, trained);
            var sum = new ClippedSum(plan, trained.length);
            for (int row = 0; row < batch.rows(); row++) {
                sum.add(gradients, row * trained.length);
            }
        };
    }

    /** Loads the model, for as long as the process lives. */
    abstract Work open(Path folder, ModelSpec spec);

    /** One step on a batch. */
    interface Work {
        void on(Batch batch);
    }
}
