package dev.sotto.core.family;

import dev.sotto.core.folder.Config;
import dev.sotto.core.folder.ModelFolder;
import dev.sotto.core.folder.Slot;
import dev.sotto.core.method.Trained;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * ViT with a head on its first token, and DeiT: the same with a second token, which it was distilled by. DeiT's head is on
 * the first token, or there is one on each and the answer is their mean (the class named {@code ...WithTeacher}).
 */
final class VitFamily implements Family {
    private static final String DISTILLED = "DeiTForImageClassificationWithTeacher";

    @Override
    public List<String> modelTypes() {
        return List.of("vit", "deit");
    }

    @Override
    public ModelSpec asSaved(ModelFolder folder, Trained trained) {
        return SavedHead.of(folder.config()).spec(trained);
    }

    @Override
    public Architecture read(ModelFolder folder, ModelSpec spec) {
        Config config = folder.config();
        String type = folder.modelType();
        boolean deit = type.equals("deit");
        boolean distilled = deit && config.texts("architectures").contains(DISTILLED);
        String plain = deit ? "DeiTForImageClassification" : "ViTForImageClassification";
        return new Vit(
                VisionEncoder.read(config, type),
                deit ? List.of("cls_token", "distillation_token") : List.of("cls_token"),
                config.flag("qkv_bias", true) ? List.of("query", "key", "value") : List.of(),
                distilled ? List.of("cls_classifier", "distillation_classifier") : List.of("classifier"),
                spec.outputs(),
                ImageHead.of(folder, distilled ? DISTILLED : plain, spec.task()));
    }

    private record Vit(
            VisionEncoder encoder,
            List<String> tokens,
            List<String> biased,
            List<String> heads,
            int outputs,
            ImageHead head)
            implements ImageArchitecture {

        @Override
        public String family() {
            return encoder.prefix();
        }

        @Override
        public List<Slot> slots() {
            List<Slot> slots = new ArrayList<>(encoder.embeddingSlots(tokens, true));
            for (int i = 0; i < encoder.layers(); i++) {
                slots.addAll(encoder.layerSlots(i, biased));
            }
            slots.addAll(Slot.norm(encoder.prefix() + ".layernorm", encoder.hidden()));
            heads.forEach(head -> slots.addAll(Slot.head(head, outputs, encoder.hidden())));
            return slots;
        }

        @Override
        public List<String> resources() {
            return List.of("stages", "vision", "vit");
        }

        @Override
        public Map<String, Object> constants() {
            Map<String, Object> constants = encoder.constants(tokens);
            constants.put("heads", heads);
            return constants;
        }

        @Override
        public String currentName(String nameInFolder) {
            return encoder.currentName(nameInFolder);
        }

        @Override
        public boolean isUnused(String name) {
            return name.startsWith(encoder.prefix() + ".pooler.")
                    || name.equals(encoder.prefix() + ".embeddings.mask_token")
                    || name.startsWith("decoder.");
        }

        @Override
        public ImageInputs images() {
            return encoder.images();
        }
    }
}
