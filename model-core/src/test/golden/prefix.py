"""What PyTorch computes in float64 for a prefix of keys and values in every layer of the tiny checkpoints beside it.

    python3 prefix.py ../resources/vectors ../resources/vectors/prefix [name ...]

Of each checkpoint (a folder with expected.safetensors, whose inputs and labels are taken) one file: `value/...`, the prefix and the head,
away from where they begin; `logits`; `gradient/...`, [rows, ...], of one row's loss at a time. The prefix is put before the keys and values
in the attention function of transformers, and positions are given. Made with torch 2.13, transformers 5.18.
"""

import json
import os
import re
import sys

import torch
import transformers as hf
from safetensors.torch import load_file, save_file
from torch import nn
from torch.nn import functional as F
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.masking_utils import eager_mask

LENGTH = 3
CASES = {  # folder: modules of attention, and what makes their keys
    "hf/bert_cls": (r"bert\.encoder\.layer\.\d+\.attention\.self", ".key"),
    "hf-small/roberta_tokencls": (r"roberta\.encoder\.layer\.\d+\.attention\.self", ".key"),
    "hf-small/distilbert_multi": (r"distilbert\.transformer\.layer\.\d+\.attention", ".k_lin"),
    "hf-small/albert_shared": (r"albert\.encoder\.albert_layer_groups\.\d+\.albert_layers\.\d+\.attention", ".key"),
    "hf-small/gpt2_cls": (r"transformer\.h\.\d+\.attn", ".c_attn"),
    "hf-small/llama_cls": (r"model\.layers\.\d+\.self_attn", ".k_proj"),
}


def attention(module, query, key, value, attention_mask, scaling=None, **_):
    rows, heads, _, features = key.shape
    before = [p.view(1, LENGTH, heads, features).transpose(1, 2).expand(rows, -1, -1, -1) for p in module.prefix]
    key, value = (torch.cat([p, x], 2) for p, x in zip(before, (key, value)))
    shared = query.shape[1] // heads
    key, value = (x.repeat_interleave(shared, 1) for x in (key, value))
    scores = query @ key.transpose(-1, -2) * (features ** -0.5 if scaling is None else scaling)
    if attention_mask is not None:
        scores = scores + F.pad(attention_mask, (LENGTH, 0))
    return (scores.softmax(-1) @ value).transpose(1, 2).contiguous(), None


def positions(model, ids):
    if model.config.model_type == "roberta":
        pad = model.config.pad_token_id
        token = (ids != pad).long()
        return (token.cumsum(1) + LENGTH) * token + pad
    return (torch.arange(ids.shape[1]) + LENGTH).expand_as(ids)


def loss(model, logits, labels):
    if labels.shape == logits.shape:
        return F.binary_cross_entropy_with_logits(logits, labels.double())
    return F.cross_entropy(logits.flatten(0, -2), labels.long().flatten(), ignore_index=-100)


def main(vectors, target, names):
    AttentionInterface.register("prefixed", attention)
    AttentionMaskInterface.register("prefixed", eager_mask)
    for case in names or CASES:
        folder = os.path.join(vectors, case)
        expected = load_file(os.path.join(folder, "expected.safetensors"))
        with open(os.path.join(folder, "config.json")) as file:
            config = json.load(file)
        model = getattr(hf, config["architectures"][0]).from_pretrained(folder, attn_implementation="prefixed").double().eval()
        trained = {name: p for name, p in model.named_parameters() if name.startswith(("classifier.", "score."))}
        pattern, keys = CASES[case]
        for name, module in list(model.named_modules()):
            if re.fullmatch(pattern, name):
                weight = module.get_submodule(keys[1:]).weight
                width = weight.shape[1] // 3 if keys == ".c_attn" else weight.shape[0]
                module.prefix = [nn.Parameter(torch.zeros(LENGTH, width, dtype=torch.float64)) for _ in range(2)]
                trained[name + keys + ".prefix.keys"], trained[name + keys + ".prefix.values"] = module.prefix
        generator = torch.Generator().manual_seed(20261201)
        for name, p in trained.items():  # rounded to what float32 holds
            moved = torch.randn(p.shape, generator=generator, dtype=torch.float64)
            p.data = (moved if ".prefix." in name else p.data + 0.1 * moved).float().double()
        inputs = {name[len("input/"):]: value for name, value in expected.items() if name.startswith("input/")}
        inputs["position_ids"] = positions(model, inputs["input_ids"])
        out = {"value/" + name: p.detach().float().contiguous() for name, p in trained.items()}
        with torch.no_grad():
            out["logits"] = model(**inputs).logits.float()
        rows = []
        for row in range(len(expected["label"])):
            logits = model(**{name: value[row:row + 1] for name, value in inputs.items()}).logits
            rows.append(torch.autograd.grad(loss(model, logits, expected["label"][row:row + 1]), list(trained.values())))
        for i, name in enumerate(trained):
            out["gradient/" + name] = torch.stack([row[i] for row in rows]).float().contiguous()
        save_file(out, os.path.join(target, case.split("/")[1] + ".safetensors"))
        print(case, len(out))


main(sys.argv[1], sys.argv[2], sys.argv[3:])
