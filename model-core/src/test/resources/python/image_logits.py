"""Logits that Hugging Face transformers computes: image_logits.py FOLDER FILE, which holds input/pixel_values."""
import sys

import torch
from safetensors.torch import load_file
from transformers import AutoModelForImageClassification

model = AutoModelForImageClassification.from_pretrained(sys.argv[1]).eval()
with torch.no_grad():
    logits = model(pixel_values=load_file(sys.argv[2])["input/pixel_values"]).logits
print("LOGITS", " ".join(repr(float(value)) for value in logits.flatten()))
print("LABELS", " ".join(model.config.id2label[i] for i in range(model.config.num_labels)))
