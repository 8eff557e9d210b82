"""Logits that peft computes: peft_logits.py BASE ADAPTER FILE [SAVED]; FILE holds the inputs as input/NAME, SAVED is where peft saves it."""
import json
import sys

import torch
import transformers
from peft import PeftModel
from safetensors.torch import load_file

base, adapter, inputs = sys.argv[1:4]
with open(base + "/config.json") as file:
    architecture = json.load(file)["architectures"][0]
model = getattr(transformers, architecture).from_pretrained(base)
model = PeftModel.from_pretrained(model, adapter).eval()
tensors = {name[len("input/"):]: value for name, value in load_file(inputs).items() if name.startswith("input/")}
with torch.no_grad():
    logits = model(**tensors).logits
if len(sys.argv) > 4:
    model.save_pretrained(sys.argv[4])
print("LOGITS", " ".join(repr(float(value)) for value in logits.flatten()))
