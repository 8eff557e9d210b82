"""What peft computes in float64 for low-rank updates of the tiny checkpoints beside it.

    python3 peft_lora.py ../resources/vectors ../resources/vectors/peft [name ...]

Of each checkpoint (a folder with expected.safetensors, whose inputs and labels are taken) one file: `value/...`, the factors and the
head, away from where they begin; `logits`; `gradient/...`, [rows, ...], of one row's loss at a time. Names are the checkpoint's, with
`.lora_A.weight` and `.lora_B.weight` behind that of the map. Made with torch 2.13, transformers 5.18, peft 0.21.
"""

import json
import os
import sys

import torch
import transformers as hf
from peft import LoraConfig, get_peft_model
from safetensors.torch import load_file, save_file
from torch.nn import functional as F

RANK, ALPHA = 2, 3.0
CASES = {  # folder: names of maps
    "hf/bert_cls": ["query", "value", "intermediate.dense"],
    "hf-small/albert_shared": ["key", "ffn_output"],
    "hf-small/distilbert_multi": ["q_lin", "out_lin", "lin2"],
    "hf-small/gpt2_cls": ["c_attn", "mlp.c_proj"],
    "hf-small/llama_cls": ["q_proj", "v_proj", "down_proj"],
    "hf/vit_cls": ["q_proj", "v_proj", "fc1"],
    "hf/resnet_bottleneck": [".*layers.0.layer.[02].convolution", ".*shortcut.convolution"],
}


def module(name, config):
    """The checkpoint's name of what bears another one in memory."""
    if config["model_type"] == "vit":
        for memory, saved in [("vit.layers", "vit.encoder.layer"), ("attention.q_proj", "attention.attention.query"),
                              ("attention.v_proj", "attention.attention.value"), ("mlp.fc1", "intermediate.dense")]:
            name = name.replace(memory, saved)
    return name


def main(vectors, target, names):
    for case in names or CASES:
        folder = os.path.join(vectors, case)
        expected = load_file(os.path.join(folder, "expected.safetensors"))
        with open(os.path.join(folder, "config.json")) as file:
            config = json.load(file)
        base = getattr(hf, config["architectures"][0]).from_pretrained(folder).double().eval()
        targets = CASES[case]
        lora = LoraConfig(r=RANK, lora_alpha=ALPHA, lora_dropout=0, modules_to_save=[
            name for name in ("classifier", "score") if hasattr(base, name)],
            target_modules="|".join(targets) if targets[0].startswith(".*") else targets)
        model = get_peft_model(base, lora).double().eval()
        generator = torch.Generator().manual_seed(20261201)
        trained = {name: p for name, p in model.named_parameters() if p.requires_grad
                   and "pre_classifier" not in name}  # peft takes every module whose name ends with that of the head
        for p in trained.values():  # rounded to what float32 holds
            p.data += 0.1 * torch.randn(p.shape, generator=generator, dtype=torch.float64)
            p.data = p.data.float().double()
        inputs = {name[len("input/"):]: value for name, value in expected.items() if name.startswith("input/")}
        inputs = {name: value.double() if value.is_floating_point() else value for name, value in inputs.items()}

        def saved(name):
            name = name.removeprefix("base_model.model.").replace(".default", "").replace(".modules_to_save", "")
            return module(name, config)

        out = {"value/" + saved(name): p.detach().float().contiguous() for name, p in trained.items()}
        with torch.no_grad():
            out["logits"] = model(**inputs).logits.float()
        rows = []
        for row in range(len(expected["label"])):
            logits = model(**{name: value[row:row + 1] for name, value in inputs.items()}).logits
            label = expected["label"][row:row + 1]
            if logits.shape == label.shape:
                loss = F.binary_cross_entropy_with_logits(logits, label.double())
            else:
                loss = F.cross_entropy(logits, label.long())
            rows.append(torch.autograd.grad(loss, list(trained.values())))
        for i, name in enumerate(trained):
            out["gradient/" + saved(name)] = torch.stack([row[i] for row in rows]).float().contiguous()
        save_file(out, os.path.join(target, case.split("/")[1] + ".safetensors"))
        print(case, targets, {k: tuple(v.shape) for k, v in out.items() if k.startswith("value")})


main(sys.argv[1], sys.argv[2], sys.argv[3:])
