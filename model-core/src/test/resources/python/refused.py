"""Prints whether transformers loads a folder, by each of its ways in: LOADED or REFUSED, and which."""

import sys

import transformers as hf

for way in (hf.AutoModel, hf.AutoModelForSequenceClassification, hf.BertForSequenceClassification):
    try:
        way.from_pretrained(sys.argv[1])
        print("LOADED", way.__name__)
    except (OSError, ValueError) as refusal:
        print("REFUSED", way.__name__, refusal)
