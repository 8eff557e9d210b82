package dev.sotto.core.family;

import dev.sotto.core.folder.Config;
import dev.sotto.core.folder.ModelException;
import dev.sotto.core.folder.ModelFolder;
import dev.sotto.core.folder.Slot;
import dev.sotto.core.method.Trained;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * ResNet of basic or bottleneck blocks: {@code ResNetForImageClassification}. Batch normalisation uses the seed's running
 * statistics, so that no row's output depends on another row; its biases are trained.
 */
final class ResNetFamily implements Family {
    private static final String CLASS = "ResNetForImageClassification";
    /** A bottleneck's inner convolutions have this many times fewer channels. */
    private static final int REDUCTION = 4;

    @Override
    public List<String> modelTypes() {
        return List.of("resnet");
    }

    @Override
    public ModelSpec asSaved(ModelFolder folder, Trained trained) {
        return SavedHead.of(folder.config()).spec(trained);
    }

    @Override
    public Architecture read(ModelFolder folder, ModelSpec spec) {
        Config config = folder.config();
        List<Integer> depths = config.sizes("depths");
        List<Integer> widths = config.sizes("hidden_sizes");
        if (depths.isEmpty() || depths.size() != widths.size()) {
            throw new ModelException.Damaged(config.path() + " lists " + depths.size() + " depths and " + widths.size()
                    + " hidden_sizes: each stage has one of both. Copy the file again from where the model came from.");
        }
        String type = config.text("layer_type");
        if (!type.equals("basic") && !type.equals("bottleneck")) {
            throw new ModelException.Unsupported(config.path() + " says \"layer_type\": \"" + type
                    + "\"; built are basic and bottleneck, and the outputs would differ. Choose a model of these.");
        }
        return new ResNet(
                config.integer("num_channels", 3),
                config.size("embedding_size"),
                depths,
                widths,
                type.equals("bottleneck"),
                config.flag("downsample_in_first_stage", false),
                config.flag("downsample_in_bottleneck", false),
                Activations.scriptName(config, "hidden_act"),
                spec.outputs(),
                ImageHead.of(folder, CLASS, spec.task()));
    }

    private record ResNet(
            int channels,
            int stem,
            List<Integer> depths,
            List<Integer> widths,
            boolean bottleneck,
            boolean downsampleInFirstStage,
            boolean downsampleInBottleneck,
            String activation,
            int outputs,
            ImageHead head)
            implements ImageArchitecture {

        @Override
        public String family() {
            return "resnet";
        }

        @Override
        public List<Slot> slots() {
            List<Slot> slots = new ArrayList<>(convNorm("resnet.embedder.embedder", stem, channels, 7));
            int in = stem;
            for (int stage = 0; stage < depths.size(); stage++) {
                int out = widths.get(stage);
                for (int i = 0; i < depths.get(stage); i++) {
                    boolean halves = i == 0 && (stage > 0 || downsampleInFirstStage);
                    String block = "resnet.encoder.stages." + stage + ".layers." + i;
                    if (in != out || halves) {
                        slots.addAll(convNorm(block + ".shortcut", out, in, 1));
                    }
                    slots.addAll(blockSlots(block + ".layer.", out, in));
                    in = out;
                }
            }
            slots.addAll(Slot.head("classifier.1", outputs, in));
            return slots;
        }

        private List<Slot> blockSlots(String layer, int out, int in) {
            List<Slot> slots = new ArrayList<>();
            if (bottleneck) {
                int inner = out / REDUCTION;
                slots.addAll(convNorm(layer + 0, inner, in, 1));
                slots.addAll(convNorm(layer + 1, inner, inner, 3));
                slots.addAll(convNorm(layer + 2, out, inner, 1));
            } else {
                slots.addAll(convNorm(layer + 0, out, in, 3));
                slots.addAll(convNorm(layer + 1, out, out, 3));
            }
            return slots;
        }

        private static List<Slot> convNorm(String name, int out, int in, int kernel) {
            String norm = name + ".normalization";
            List<Slot> slots = new ArrayList<>();
            slots.add(Slot.convolution(name + ".convolution", out, in, kernel));
            slots.addAll(Slot.norm(norm, out));
            slots.add(Slot.statistic(norm + ".running_mean", out));
            slots.add(Slot.statistic(norm + ".running_var", out));
            return slots;
        }

        @Override
        public List<String> resources() {
            return List.of("stages", "resnet");
        }

        @Override
        public Map<String, Object> constants() {
            return new TreeMap<>(Map.of(
                    "depths", depths,
                    "bottleneck", bottleneck,
                    "downsample_in_first_stage", downsampleInFirstStage,
                    "downsample_in_bottleneck", downsampleInBottleneck,
                    "hidden_act", activation));
        }

        /** Knows names without the prefix: a bare backbone was saved. */
        @Override
        public String currentName(String name) {
            return name.startsWith("embedder.") || name.startsWith("encoder.") ? "resnet." + name : name;
        }

        @Override
        public boolean isUnused(String name) {
            return isCounter(name);
        }

        /** How many batches the running statistics were made of; transformers looks for it when it loads the model. */
        @Override
        public boolean isKept(String name) {
            return isCounter(name);
        }

        private static boolean isCounter(String name) {
            return name.endsWith(".num_batches_tracked");
        }

        @Override
        public ImageInputs images() {
            return new ImageInputs(channels, 1, 1, true);
        }
    }
}
