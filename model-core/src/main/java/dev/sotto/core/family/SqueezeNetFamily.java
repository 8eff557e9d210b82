package dev.sotto.core.family;

import dev.sotto.core.engine.Safetensors;
import dev.sotto.core.folder.ModelException;
import dev.sotto.core.folder.ModelFolder;
import dev.sotto.core.folder.Slot;
import dev.sotto.core.folder.WhenMissing;
import dev.sotto.core.method.Trained;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * SqueezeNet 1.0 and 1.1 under torchvision's names. Torchvision writes no configuration, so the model is known by its
 * tensors: 1.0 begins with a convolution of 7 x 7, 1.1 with one of 3 x 3, and they pool in different places.
 */
final class SqueezeNetFamily implements Family {
    private static final String NAME = "squeezenet";
    private static final String FIRST = "features.0.weight";
    private static final String HEAD = "classifier.1";
    private static final int LAYERS = 13;
    private static final List<Integer> POOLS_1_0 = List.of(2, 6, 11);
    private static final List<Integer> POOLS_1_1 = List.of(2, 5, 8);

    @Override
    public List<String> modelTypes() {
        return List.of(NAME);
    }

    @Override
    public boolean recognises(ModelFolder folder) {
        return folder.modelType().equals(NAME)
                || (folder.modelType().isEmpty()
                        && folder.weights().tensors().containsKey(FIRST)
                        && folder.weights().tensors().containsKey("features.3.squeeze.weight"));
    }

    @Override
    public ModelSpec asSaved(ModelFolder folder, Trained trained) {
        return new ModelSpec(
                Task.CLASSIFICATION, shape(folder, HEAD + ".weight").get(0), trained);
    }

    @Override
    public Architecture read(ModelFolder folder, ModelSpec spec) {
        List<Integer> first = shape(folder, FIRST);
        int kernel = first.get(2);
        if (kernel != 3 && kernel != 7) {
            throw new ModelException.Unsupported(folder.weights().path() + " begins with a convolution of " + kernel
                    + " x " + first.get(3) + "; SqueezeNet 1.0 has 7 x 7 and 1.1 has 3 x 3. Give one of these.");
        }
        List<Integer> pools = kernel == 7 ? POOLS_1_0 : POOLS_1_1;
        List<Slot> slots = new ArrayList<>(convolution("features.0", first.get(0), first.get(1), kernel));
        int channels = first.get(0);
        for (int i = 2; i < LAYERS; i++) {
            if (!pools.contains(i)) {
                String fire = "features." + i;
                int squeezed = shape(folder, fire + ".squeeze.weight").get(0);
                int left = shape(folder, fire + ".expand1x1.weight").get(0);
                int right = shape(folder, fire + ".expand3x3.weight").get(0);
                slots.addAll(convolution(fire + ".squeeze", squeezed, channels, 1));
                slots.addAll(convolution(fire + ".expand1x1", left, squeezed, 1));
                slots.addAll(convolution(fire + ".expand3x3", right, squeezed, 3));
                channels = left + right;
            }
        }
        // What the head says of a pixel goes through a rectifier. From zero it would begin below it for half of the
        // classes,
        // where no gradient reaches them; a one in front of all of them changes no probability.
        slots.add(Slot.headWeight(HEAD, spec.outputs(), channels, 1, 1));
        slots.add(Slot.headBias(HEAD, spec.outputs()).orElse(WhenMissing.ONES));
        return new SqueezeNet(slots, pools, first.get(1), ImageHead.of(folder, "SqueezeNet", spec.task()));
    }

    /** The shape of a convolution's weight in the folder: it has four dimensions. */
    private static List<Integer> shape(ModelFolder folder, String name) {
        Safetensors.Tensor tensor = folder.weights().tensors().get(name);
        if (tensor == null || tensor.shape().size() != 4) {
            throw new ModelException.Damaged(folder.weights().path() + " holds no convolution " + name
                    + ", which a SqueezeNet of its kind has. Save the model again with torchvision's names.");
        }
        return tensor.shape();
    }

    private static List<Slot> convolution(String name, int out, int in, int kernel) {
        return List.of(Slot.convolution(name, out, in, kernel), Slot.bias(name, out));
    }

    private record SqueezeNet(List<Slot> slots, List<Integer> pools, int channels, ImageHead head)
            implements ImageArchitecture {
        /** Less than this and the last pooling has nothing left to pool. */
        private static final int SMALLEST_SIDE = 32;

        @Override
        public String family() {
            return NAME;
        }

        @Override
        public List<String> resources() {
            return List.of("stages", NAME);
        }

        @Override
        public Map<String, Object> constants() {
            return new TreeMap<>(Map.of("pools", pools));
        }

        @Override
        public boolean isUnused(String name) {
            return false;
        }

        @Override
        public ImageInputs images() {
            return new ImageInputs(channels, SMALLEST_SIDE, SMALLEST_SIDE, true);
        }
    }
}
