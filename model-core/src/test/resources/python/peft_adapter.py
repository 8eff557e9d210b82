"""An adapter as peft writes it, and its logits: peft_adapter.py BASE ADAPTER FILE BIAS TARGETS; FILE holds the inputs as input/NAME."""
import json
import sys

import torch
import transformers
from peft import LoraConfig, get_peft_model
from safetensors.torch import load_file

base, adapter, inputs, bias, targets = sys.argv[1:]
with open(base + "/config.json") as file:
    architecture = json.load(file)["architectures"][0]
model = getattr(transformers, architecture).from_pretrained(base)
head = [name for name in ("classifier", "score") if hasattr(model, name)]
model = get_peft_model(model, LoraConfig(r=2, lora_alpha=3, target_modules=targets.split("+"), bias=bias, modules_to_save=head)).eval()
torch.manual_seed(0)
with torch.no_grad():
    for name, parameter in model.named_parameters():
        if parameter.requires_grad and "pre_classifier" not in name:
            parameter += 0.2 * torch.randn_like(parameter)
    tensors = {name[len("input/"):]: value for name, value in load_file(inputs).items() if name.startswith("input/")}
    logits = model(**tensors).logits
model.save_pretrained(adapter)
print("LOGITS", " ".join(repr(float(value)) for value in logits.flatten()))
