#!/usr/bin/env bash
# transformers 5.18.0 with tokenizers 0.23.2 (PyPI): a cased BERT's tokenizer.json is read as an uncased one.
#
# tokenizer.json says everything about how a text becomes tokens, and the tokenizers library does as it says: with lowercase false, capitals stay.
# AutoTokenizer of the same folder (tokenizer.json and a config.json of model_type bert, no tokenizer_config.json) takes the vocabulary from
# it and builds the rest anew by the class's defaults, do_lower_case true among them: other ids, and no warning.
# A tokenizer_config.json with "do_lower_case": false brings the capitals back.
#
# Who ships config.json, model.safetensors and tokenizer.json alone has one model in one library and another in the next.
# Fails if this changes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" --quiet install "transformers==5.18.0" "tokenizers==0.23.2"

cat > "$work/cased.py" <<'PY'
import json, os, sys
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
from transformers import AutoTokenizer

folder = sys.argv[1]
words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "The", "NURSE", "the", "nurse"]
tokenizer = Tokenizer(models.WordPiece({word: i for i, word in enumerate(words)}, unk_token="[UNK]"))
tokenizer.normalizer = normalizers.BertNormalizer(lowercase=False)
tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
tokenizer.save(os.path.join(folder, "tokenizer.json"))
json.dump({"model_type": "bert", "vocab_size": len(words)}, open(os.path.join(folder, "config.json"), "w"))

def read(ids):
    return " ".join(words[i] for i in ids if i > 4 or i == 1)

def auto():
    return read(AutoTokenizer.from_pretrained(folder)("The NURSE")["input_ids"])

own = read(Tokenizer.from_file(os.path.join(folder, "tokenizer.json")).encode("The NURSE").ids)
alone = auto()
json.dump({"do_lower_case": False}, open(os.path.join(folder, "tokenizer_config.json"), "w"))
print("tokenizers: %s; AutoTokenizer: %s; with do_lower_case false: %s" % (own, alone, auto()))
PY

expected="tokenizers: The NURSE; AutoTokenizer: the nurse; with do_lower_case false: The NURSE"
mkdir "$work/model"
found=$("$work/venv/bin/python" "$work/cased.py" "$work/model")
echo "$found"
[[ "$found" == "$expected" ]] || { echo "expected $expected" >&2; exit 1; }
