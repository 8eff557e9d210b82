"""What PyTorch computes in float64 for Compacter's adapters behind the output maps of the tiny checkpoints beside it.

    python3 compacter.py ../resources/vectors ../resources/vectors/compacter [name ...]

Of each checkpoint (a folder with expected.safetensors, whose inputs and labels are taken) one file: `value/...`, the adapters and the
head, away from where they begin; `logits`; `gradient/...`, [rows, ...], of one row's loss at a time. Each map is made as the paper writes
it, a sum of Kronecker products, and multiplied by as a whole. Made with torch 2.13, transformers 5.18.
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

BOTTLENECK, N, RANK = 4, 2, 2
CASES = {  # folder: modules that get an adapter
    "hf/bert_cls": r"bert\.encoder\.layer\.\d+\.(attention\.)?output\.dense",
    "hf-small/gpt2_cls": r"transformer\.h\.\d+\.(attn|mlp)\.c_proj",
}


class Map(nn.Module):
    def __init__(self, inputs, outputs, rule):
        super().__init__()
        self.rule = [rule]  # in a list, so that it is not taken for a parameter of each map
        self.left = nn.Parameter(torch.zeros(outputs // N, N * RANK, dtype=torch.float64))
        self.right = nn.Parameter(torch.zeros(N * RANK, inputs // N, dtype=torch.float64))
        self.bias = nn.Parameter(torch.zeros(outputs, dtype=torch.float64))

    def forward(self, x):
        weight = 0
        for i in range(N):
            of = slice(i * RANK, (i + 1) * RANK)
            weight = weight + torch.kron(self.rule[0][i * N:(i + 1) * N], self.left[:, of] @ self.right[of])
        return F.linear(x, weight, self.bias)


class Adapter(nn.Module):
    def __init__(self, hidden, rule):
        super().__init__()
        self.down = Map(hidden, BOTTLENECK, rule)
        self.up = Map(BOTTLENECK, hidden, rule)

    def forward(self, y):
        return y + self.up(F.gelu(self.down(y)))


def main(vectors, target, names):
    for case in names or CASES:
        folder = os.path.join(vectors, case)
        expected = load_file(os.path.join(folder, "expected.safetensors"))
        with open(os.path.join(folder, "config.json")) as file:
            config = json.load(file)
        model = getattr(hf, config["architectures"][0]).from_pretrained(folder).double().eval()
        trained = {name: p for name, p in model.named_parameters() if name.startswith(("classifier.", "score."))}
        rule = nn.Parameter(torch.zeros(N * N, N, dtype=torch.float64))
        trained["compacter.phm_rule"] = rule
        for name, module in list(model.named_modules()):
            if re.fullmatch(CASES[case], name):
                adapter = Adapter(config.get("hidden_size", config.get("n_embd")), rule)
                module.register_forward_hook(lambda _, inputs, y, adapter=adapter: adapter(y))
                trained |= {name + ".compacter." + part: p for part, p in adapter.named_parameters()}
        generator = torch.Generator().manual_seed(20261201)
        for name, p in trained.items():  # rounded to what float32 holds
            moved = torch.randn(p.shape, generator=generator, dtype=torch.float64)
            p.data = (0.5 * moved if "compacter." in name else p.data + 0.1 * moved).float().double()
        inputs = {name[len("input/"):]: value for name, value in expected.items() if name.startswith("input/")}
        out = {"value/" + name: p.detach().float().contiguous() for name, p in trained.items()}
        with torch.no_grad():
            out["logits"] = model(**inputs).logits.float()
        rows = []
        for row in range(len(expected["label"])):
            logits = model(**{name: value[row:row + 1] for name, value in inputs.items()}).logits
            loss = F.cross_entropy(logits, expected["label"][row:row + 1].long())
            rows.append(torch.autograd.grad(loss, list(trained.values())))
        for i, name in enumerate(trained):
            out["gradient/" + name] = torch.stack([row[i] for row in rows]).float().contiguous()
        save_file(out, os.path.join(target, case.split("/")[1] + ".safetensors"))
        print(case, {k: tuple(v.shape) for k, v in out.items() if k.startswith("value")})


main(sys.argv[1], sys.argv[2], sys.argv[3:])
