"""How many rows of a file as `check-model --tokens` takes it become other ids in transformers: tokens.py FOLDER FILE."""
import json
import sys

from transformers import AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained(sys.argv[1])
with open(sys.argv[2], newline="\n") as lines:
    rows = [row for row in map(json.loads, lines) if "text" in row]


def ids(row):
    return tokenizer(row["text"], row.get("pair"), truncation=True, max_length=row["max_length"])["input_ids"]


print("ROWS", len(rows))
print("DIFFERENT", sum(ids(row) != row["ids"] for row in rows))
