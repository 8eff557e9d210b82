#!/usr/bin/env bash
# peft 0.21.0 with transformers 5.18.0 (PyPI): modules_to_save takes every module whose name ends so, so DistilBERT trains a layer of its body.
#
# LoRA for sequence classification keeps the head with the update: modules_to_save is ["classifier", "score"], by default or by hand. Names are
# compared by their ends, without regard to the dots between their parts (target_modules are compared part by part), so that DistilBERT's
# pre_classifier, a layer of its own between body and head, is copied, trained and saved, too. With rank 8 on queries and values of
# distilbert-base's shape 590,592 of 739,586 trained numbers are that layer's; print_trainable_parameters counts them and names none. No
# name takes the head alone, and an update of pre_classifier beside its copy is refused with a TypeError that speaks of modules_to_save.
#
# Under differential privacy each of those numbers gets noise. Fails if this changes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" --quiet install "torch==2.13.0" "transformers==5.18.0" "peft==0.21.0"

cat > "$work/suffix.py" <<'PY'
from peft import LoraConfig, get_peft_model
from transformers import DistilBertConfig, DistilBertForSequenceClassification

def trained(targets, saved):
    model = DistilBertForSequenceClassification(DistilBertConfig(vocab_size=100, num_labels=2))
    model = get_peft_model(model, LoraConfig(r=8, target_modules=targets, modules_to_save=saved))
    return {name: p.numel() for name, p in model.named_parameters() if p.requires_grad}

numbers = trained(["q_lin", "v_lin"], ["classifier"])
body = sum(count for name, count in numbers.items() if "pre_classifier" in name)
print("pre_classifier: %d of %d" % (body, sum(numbers.values())))
for name in ("model.classifier", ".classifier"):
    print("%s: %d of the head" % (name, sum(count for at, count in trained(["q_lin"], [name]).items() if "classifier" in at)))
try:
    trained(["q_lin", "pre_classifier"], ["classifier"])
except TypeError as refused:
    print("TypeError:", str(refused).split(" to modules")[0])
PY

expected="pre_classifier: 590592 of 739586
model.classifier: 0 of the head
.classifier: 0 of the head
TypeError: modules_to_save cannot be applied"
found=$("$work/venv/bin/python" "$work/suffix.py")
echo "$found"
[[ "$found" == "$expected" ]] || { echo "expected $expected" >&2; exit 1; }
