package dev.sotto.core.family;

import dev.sotto.core.folder.Config;
import dev.sotto.core.folder.ModelException;
import dev.sotto.core.folder.ModelFolder;
import dev.sotto.core.folder.Slot;
import dev.sotto.core.folder.WhenMissing;
import dev.sotto.core.method.Trained;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** BEiT with a head on the mean of its patches, or on its first token: {@code BeitForImageClassification}. */
final class BeitFamily implements Family {
    private static final String CLASS = "BeitForImageClassification";

    @Override
    public List<String> modelTypes() {
        return List.of("beit");
    }

    @Override
    public ModelSpec asSaved(ModelFolder folder, Trained trained) {
        return SavedHead.of(folder.config()).spec(trained);
    }

    @Override
    public Architecture read(ModelFolder folder, ModelSpec spec) {
        Config config = folder.config();
        var encoder = VisionEncoder.read(config, "beit");
        if (encoder.patchRows() != encoder.patchColumns()) {
            throw new ModelException.Unsupported(config.path() + " says images of " + encoder.image()
                    + " pixels: transformers stretches the positions of such a BEiT, which is not built, and the outputs"
                    + " would differ. Choose a model for square images.");
        }
        return new Beit(
                encoder,
                config.flag("use_absolute_position_embeddings", false),
                config.flag("use_relative_position_bias", false),
                config.flag("use_shared_relative_position_bias", false),
                config.flag("use_mean_pooling", true),
                config.number("layer_scale_init_value", 0.1) > 0,
                spec.outputs(),
                ImageHead.of(folder, CLASS, spec.task()));
    }

    private record Beit(
            VisionEncoder encoder,
            boolean absolutePositions,
            boolean relativePositions,
            boolean sharedRelativePositions,
            boolean meanPooling,
            boolean layerScale,
            int outputs,
            ImageHead head)
            implements ImageArchitecture {
        private static final List<String> TOKENS = List.of("cls_token");
        private static final String TABLE = ".relative_position_bias.relative_position_bias_table";
        /** In the table of relative positions: from the first token to patches, from patches to it, and to itself. */
        private static final int WAYS_OF_THE_FIRST_TOKEN = 3;

        @Override
        public String family() {
            return encoder.prefix();
        }

        /** A model that was pretrained on masked patches comes without the last normalisation: it begins as it would there. */
        @Override
        public List<Slot> slots() {
            int hidden = encoder.hidden();
            List<Slot> slots = new ArrayList<>(encoder.embeddingSlots(TOKENS, absolutePositions));
            if (sharedRelativePositions) {
                slots.add(relativePositionTable("beit.encoder"));
            }
            for (int i = 0; i < encoder.layers(); i++) {
                String layer = encoder.layerName(i);
                slots.addAll(encoder.layerSlots(i, List.of("query", "value")));
                if (relativePositions) {
                    slots.add(relativePositionTable(layer + ".attention.attention"));
                }
                if (layerScale) {
                    slots.add(Slot.frozen(layer + ".lambda_1", hidden));
                    slots.add(Slot.frozen(layer + ".lambda_2", hidden));
                }
            }
            String norm = meanPooling ? "beit.pooler.layernorm" : "beit.layernorm";
            slots.add(Slot.frozen(norm + ".weight", hidden)
                    .as(Slot.Role.NORM_WEIGHT)
                    .orElse(WhenMissing.ONES));
            slots.add(Slot.bias(norm, hidden).as(Slot.Role.NORM_BIAS).orElse(WhenMissing.ZEROS));
            slots.addAll(Slot.head("classifier", outputs, hidden));
            return slots;
        }

        private Slot relativePositionTable(String name) {
            int ways = (2 * encoder.patchRows() - 1) * (2 * encoder.patchColumns() - 1) + WAYS_OF_THE_FIRST_TOKEN;
            return Slot.frozen(name + TABLE, ways, encoder.heads());
        }

        @Override
        public List<String> resources() {
            return List.of("stages", "vision", "beit");
        }

        @Override
        public Map<String, Object> constants() {
            Map<String, Object> constants = encoder.constants(TOKENS);
            constants.put("patch_rows", encoder.patchRows());
            constants.put("patch_columns", encoder.patchColumns());
            constants.put("use_mean_pooling", meanPooling);
            return constants;
        }

        @Override
        public String currentName(String nameInFolder) {
            return encoder.currentName(nameInFolder);
        }

        @Override
        public boolean isUnused(String name) {
            return name.endsWith(".relative_position_index")
                    || name.equals("beit.embeddings.mask_token")
                    || name.startsWith("lm_head.")
                    || (meanPooling && name.startsWith("beit.layernorm."));
        }

        @Override
        public ImageInputs images() {
            return encoder.images();
        }
    }
}
