"""Logits that Hugging Face transformers computes: logits.py FOLDER IDS MASK, rows split by ";", numbers by ","."""
import sys

import torch
from transformers import AutoModelForSequenceClassification


def rows(text):
    return torch.tensor([[int(n) for n in row.split(",")] for row in text.split(";")])


model = AutoModelForSequenceClassification.from_pretrained(sys.argv[1]).eval()
with torch.no_grad():
    logits = model(input_ids=rows(sys.argv[2]), attention_mask=rows(sys.argv[3])).logits
print("LOGITS", " ".join(repr(float(value)) for value in logits.flatten()))
print("LABELS", " ".join(model.config.id2label[i] for i in range(model.config.num_labels)))
