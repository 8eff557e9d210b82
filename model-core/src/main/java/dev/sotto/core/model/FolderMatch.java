package dev.sotto.core.model;

import dev.sotto.core.engine.Safetensors;
import dev.sotto.core.family.Architecture;
import dev.sotto.core.folder.ModelException;
import dev.sotto.core.folder.ModelFolder;
import dev.sotto.core.folder.Slot;
import dev.sotto.core.folder.WhenMissing;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which tensor of a folder is which parameter of a model.
 *
 * @param found the folder's tensor by the parameter's name
 * @param begun parameters that the folder lacks, or has for another label count: they begin by a fixed public rule
 * @param unused tensors that the model does not use, as the folder names them
 */
record FolderMatch(Map<String, Safetensors.Tensor> found, List<String> begun, List<String> unused) {
    private static final int NAMES_SHOWN = 8;

    FolderMatch {
        found = Map.copyOf(found);
        begun = List.copyOf(begun);
        unused = List.copyOf(unused);
    }

    /**
     * Matches a folder with an architecture.
     *
     * @param own the parameters that a folder may hold
     * @throws ModelException that names all missing, unknown and misshapen tensors together
     */
    static FolderMatch of(ModelFolder folder, Architecture architecture, List<Slot> own) {
        Map<String, String> names = currentNames(folder, architecture);
        Map<String, Safetensors.Tensor> found = new LinkedHashMap<>();
        List<String> begun = new ArrayList<>();
        List<String> faults = new ArrayList<>();
        Set<String> used = new HashSet<>();
        for (Slot slot : own) {
            String name = names.get(slot.tensorName());
            used.add(slot.tensorName());
            Safetensors.Tensor tensor =
                    name == null ? null : folder.weights().tensors().get(name);
            boolean otherHead = slot.role().isHead() && tensor != null && !fitsHead(slot, tensor, architecture);
            if (tensor == null || otherHead) {
                if (slot.whenMissing() == WhenMissing.REFUSE) {
                    faults.add("it lacks " + slot.tensorName() + " " + slot.tensorShape());
                }
                begun.add(slot.name());
            } else if (!tensor.shape().equals(slot.tensorShape())) {
                faults.add(name + " has shape " + tensor.shape() + " where " + slot.tensorShape() + " is expected");
            } else if (slot.role() != Slot.Role.CONSTANT && !tensor.type().isFloat()) {
                faults.add(name + " holds " + tensor.type()
                        + " numbers (F64, F32, F16 and BF16 are read): quantized weights have to be dequantized first");
            } else {
                found.put(slot.name(), tensor);
            }
        }
        names.keySet().removeAll(used);
        names.forEach((current, name) -> {
            if (!architecture.isUnused(current) && !isOtherHead(current, architecture)) {
                faults.add("it holds " + name + ", which a " + architecture.family() + " model as configured lacks");
            }
        });
        if (!faults.isEmpty()) {
            throw new ModelException.Damaged(folder.weights().path() + " does not fit its configuration: "
                    + shown(faults) + ". Computing on would give other outputs than the model's. Check that config.json"
                    + " and the weights belong together."
                    + hint(folder.weights().tensors().keySet()));
        }
        return new FolderMatch(found, begun, List.copyOf(names.values()));
    }

    /** From the model's own names to the folder's. */
    private static Map<String, String> currentNames(ModelFolder folder, Architecture architecture) {
        Map<String, String> names = new LinkedHashMap<>();
        for (String name : folder.weights().tensors().keySet()) {
            String other = names.put(architecture.currentName(name), name);
            if (other != null) {
                throw new ModelException.Damaged(folder.weights().path() + " holds " + other + " and " + name
                        + ", two names of the same tensor: which one counts is unknown. Save the model again.");
            }
        }
        return names;
    }

    /** A head is kept if it was made for the same kind of task and as many labels. */
    private static boolean fitsHead(Slot slot, Safetensors.Tensor tensor, Architecture architecture) {
        List<Integer> there = tensor.shape();
        List<Integer> wanted = slot.shape();
        boolean onlyLabelsDiffer = there.size() == wanted.size()
                && !there.get(0).equals(wanted.get(0))
                && there.subList(1, there.size()).equals(wanted.subList(1, wanted.size()));
        return architecture.keepsHead() && !onlyLabelsDiffer;
    }

    /** A tensor of another task's head, in a folder whose head is not kept. */
    private static boolean isOtherHead(String name, Architecture architecture) {
        return !architecture.keepsHead() && name.startsWith("classifier.");
    }

    /** What names that fit no model at all tell. */
    private static String hint(Set<String> names) {
        if (names.stream().anyMatch(name -> name.contains(".lora_") || name.contains(".base_layer."))) {
            return " Some tensors are an adapter's that is not merged: call merge_and_unload() in PEFT and save the model again.";
        }
        String first = names.stream().findFirst().orElse("");
        String prefix = first.substring(0, first.indexOf('.') + 1);
        return !prefix.isEmpty() && names.stream().allMatch(name -> name.startsWith(prefix))
                ? " All names begin with \"" + prefix
                        + "\": if that is a wrapper's, take it off, in Python with {k.removeprefix('" + prefix
                        + "'): v for k, v in tensors.items()}."
                : "";
    }

    private static String shown(List<String> faults) {
        String first = String.join("; ", faults.subList(0, Math.min(NAMES_SHOWN, faults.size())));
        return faults.size() <= NAMES_SHOWN ? first : first + "; and " + (faults.size() - NAMES_SHOWN) + " more";
    }
}
