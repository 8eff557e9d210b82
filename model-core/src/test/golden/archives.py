"""Small TorchScript archives with random weights: some to be trained, with what PyTorch computes for them, some to be refused.

    python3 archives.py ../resources/vectors/archives [name ...]

Each folder is what scripts/export/torchscript.py writes. Those to be trained have expected.safetensors besides, laid out as
`sotto check-model --reference` takes it: losses and gradients in float64, one row at a time, rounded to float32. Made with torch 2.13.
"""

import json
import os
import sys
import zipfile
import zlib

import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional as F

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../../scripts/export"))
from torchscript import export  # noqa: E402

ROWS, LENGTH, WIDTH = 4, 9, 8
TEXT = dict(inputs=["input_ids", "attention_mask"], vocab_size=40, max_position_embeddings=12)
IMAGES = dict(inputs=["pixel_values"], image_size=8, num_channels=3)


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.q, self.k, self.v, self.o = (nn.Linear(WIDTH, WIDTH) for _ in range(4))

    def forward(self, x, mask):
        scores = self.q(x) @ self.k(x).transpose(-1, -2) + (1.0 - mask[:, None].to(x.dtype)) * -1e4
        return self.o(torch.softmax(scores, -1) @ self.v(x))


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.attention = Attention()
        self.norm1, self.norm2 = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.feed = nn.Sequential(nn.Linear(WIDTH, 12), nn.GELU(), nn.Linear(12, WIDTH))
        self.dropout = nn.Dropout(0.1)

    def forward(self, x, mask):
        x = self.norm1(x + self.dropout(self.attention(x, mask)))
        return self.norm2(x + self.feed(x))


class Text(nn.Module):
    """Two layers, perhaps with the first of them once more behind them; a table of positions; mean over tokens."""

    def __init__(self, outputs=3, shared=False):
        super().__init__()
        self.words, self.places = nn.Embedding(40, WIDTH), nn.Embedding(12, WIDTH)
        self.register_buffer("positions", torch.arange(12))
        first = Block()
        self.layers = nn.ModuleList([first, Block()] + ([first] if shared else []))
        self.classifier = nn.Linear(WIDTH, outputs)

    def body(self, input_ids, attention_mask):
        x = self.words(input_ids) + self.places(self.positions[: input_ids.size(1)])
        for layer in self.layers:
            x = layer(x, attention_mask)
        return x

    def forward(self, input_ids, attention_mask):
        x = self.body(input_ids, attention_mask)
        mask = attention_mask.unsqueeze(-1).to(x.dtype)
        return self.classifier((x * mask).sum(1) / mask.sum(1))


class Tokens(Text):
    """A class for each token, in a dictionary, from a flattened product as in GPT-2, and an expanded buffer."""

    def __init__(self):
        super().__init__()
        self.bias, self.weight = nn.Parameter(torch.zeros(WIDTH)), nn.Parameter(torch.randn(WIDTH, WIDTH))
        self.register_buffer("shift", torch.full((1,), 0.25).expand(WIDTH))  # one number, seen eight times

    def forward(self, input_ids, attention_mask):
        x = self.body(input_ids, attention_mask)
        y = torch.addmm(self.bias, x.view(-1, x.size(-1)), self.weight).view(x.size())
        return {"logits": self.classifier(torch.tanh(y + self.shift)), "hidden": x}


class Images(nn.Module):
    """Convolutions, batch normalisation by running statistics, group normalisation; a layer given in channels-last order."""

    def __init__(self, outputs=3):
        super().__init__()
        self.conv1, self.norm1 = nn.Conv2d(3, 6, 3, padding=1), nn.BatchNorm2d(6)
        self.conv2, self.norm2 = nn.Conv2d(6, 4, 3, stride=2, groups=2), nn.GroupNorm(2, 4)
        self.conv2.weight.data = self.conv2.weight.data.to(memory_format=torch.channels_last)
        self.up = nn.ConvTranspose2d(4, 4, 2)
        self.dense = nn.Linear(4, 5)
        self.norm3 = nn.BatchNorm1d(5)
        self.classifier = nn.Linear(5, outputs)

    def forward(self, pixel_values):
        x = torch.relu(self.norm1(self.conv1(pixel_values)))
        x = self.norm2(self.up(self.conv2(x)))
        x = self.dense(x.permute(0, 2, 3, 1)).mean((1, 2))
        return self.classifier(torch.relu(self.norm3(x)))


class Deciding(Text):
    """What it computes hangs on the values of all rows of the batch."""

    def forward(self, input_ids, attention_mask):
        x = self.body(input_ids, attention_mask)
        if bool((input_ids == 39).sum() > 3):
            x = -x
        return self.classifier(x.mean(1))


class Recurrent(nn.Module):
    def __init__(self, kind):
        super().__init__()
        self.words, self.recurrent = nn.Embedding(40, WIDTH), kind(WIDTH, WIDTH, batch_first=True)
        self.classifier = nn.Linear(WIDTH, 3)

    def forward(self, input_ids, attention_mask):
        return self.classifier(self.recurrent(self.words(input_ids))[0].mean(1))


class Joined(nn.Module):
    """Biases of queries and values joined before they are used, as BEiT's are."""

    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(40, WIDTH)
        self.weight = nn.Parameter(torch.randn(3 * WIDTH, WIDTH))
        self.q_bias, self.v_bias = nn.Parameter(torch.zeros(WIDTH)), nn.Parameter(torch.zeros(WIDTH))
        self.classifier = nn.Linear(3 * WIDTH, 3)

    def forward(self, input_ids, attention_mask):
        bias = torch.cat([self.q_bias, torch.zeros_like(self.v_bias), self.v_bias])
        return self.classifier(F.linear(self.words(input_ids), self.weight, bias).mean(1))


class Plain(nn.Module):
    """One dense layer over words: enough to be refused for what is added to it."""

    def __init__(self):
        super().__init__()
        self.words, self.dense, self.classifier = nn.Embedding(40, WIDTH), nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, 3)

    def body(self, input_ids):
        return torch.tanh(self.dense(self.words(input_ids)))

    def forward(self, input_ids, attention_mask):
        return self.classifier(self.body(input_ids).mean(1))


class Functions(Plain):
    """The functions of single numbers that are led through code of our own, in place and not."""

    def __init__(self):
        super().__init__()
        self.inside = nn.ModuleList([
            nn.SiLU(inplace=True), nn.Hardswish(inplace=True), nn.ELU(0.7, inplace=True), nn.Mish(inplace=True),
            nn.Hardsigmoid(inplace=True), nn.SiLU(), nn.Hardswish(), nn.ELU(), nn.Mish(), nn.Hardsigmoid(), nn.Sigmoid(),
            nn.Softplus(), nn.Softplus(2, 1), nn.LogSigmoid(), nn.GELU(), nn.GELU("tanh"), nn.Tanh()])

    def forward(self, input_ids, attention_mask):
        x = self.dense(self.words(input_ids))
        y = torch.zeros_like(x)
        for function in self.inside:
            z = x + y
            y = y + function(z) - z  # z after what was done in place
        y = torch.sigmoid_(x + y) + torch.tanh_(x - y)
        mask = attention_mask.unsqueeze(-1).to(y.dtype)
        return self.classifier((y * mask).sum(1) / mask.sum(1))


class Mixed(Plain):
    """Takes the mean of the batch away."""

    def forward(self, input_ids, attention_mask):
        x = self.body(input_ids)
        return self.classifier((x - x.mean(0)).mean(1))


class TimeFirst(Plain):
    """Tokens come first where a bias is added."""

    def __init__(self):
        super().__init__()
        self.late = nn.Linear(WIDTH, WIDTH)

    def forward(self, input_ids, attention_mask):
        x = self.body(input_ids).transpose(0, 1)
        return self.classifier(torch.tanh(self.late(x)).mean(0))


class Random(Plain):
    def forward(self, input_ids, attention_mask):
        x = self.body(input_ids)
        return self.classifier((x * torch.rand_like(x)).mean(1))


class Counting(Plain):
    """Keeps something between calls."""

    def __init__(self):
        super().__init__()
        self.register_buffer("seen", torch.zeros(1))

    def forward(self, input_ids, attention_mask):
        self.seen = self.seen + 1
        return self.classifier(self.body(input_ids).mean(1)) * self.seen


class Caching(Plain):
    """Keeps something between calls, by a view of a buffer."""

    def __init__(self):
        super().__init__()
        self.register_buffer("cache", torch.zeros(12, WIDTH))

    def forward(self, input_ids, attention_mask):
        x = self.body(input_ids)
        self.cache[: x.size(1)] = x[0]
        return self.classifier(x.mean(1) + self.cache.mean())


class Printing(Plain):
    def forward(self, input_ids, attention_mask):
        print(input_ids)
        return self.classifier(self.body(input_ids).mean(1))


def example(rows=2):
    return torch.ones(rows, 5, dtype=torch.long), torch.ones(rows, 5, dtype=torch.long)


TRAINED = {
    "scripted_text": lambda folder: export(shaken(Text()), folder, labels=list("abc"), head="classifier", **TEXT),
    "traced_text": lambda folder: export(
        shaken(Text(1)), folder, labels=["score"], task="regression", example=example(), **TEXT),
    "scripted_shared": lambda folder: export(shaken(Text(shared=True)), folder, labels=list("abc"), **TEXT),
    "traced_shared": lambda folder: export(
        shaken(Text(shared=True)), folder, labels=list("abc"), task="multi_label_classification", example=example(), **TEXT),
    "scripted_tokens": lambda folder: export(
        shaken(Tokens()), folder, labels=list("abc"), task="token_classification", head="classifier", **TEXT),
    "scripted_functions": lambda folder: export(shaken(Functions()), folder, labels=list("abc"), head="classifier", **TEXT),
    "traced_functions": lambda folder: export(
        shaken(Functions()), folder, labels=list("abc"), head="classifier", example=example(), **TEXT),
    "deciding": lambda folder: export(shaken(Deciding()), folder, labels=list("abc"), **TEXT),
    "scripted_images": lambda folder: export(shaken(Images()), folder, labels=list("abc"), head="classifier", **IMAGES),
    "traced_images": lambda folder: export(
        shaken(Images()), folder, labels=list("abc"), example=(torch.randn(2, 3, 8, 8),), **IMAGES),
}


def frozen(folder):
    export(shaken(Plain()), folder, labels=list("abc"), **TEXT)
    path = os.path.join(folder, "model.pt")
    torch.jit.save(torch.jit.freeze(torch.jit.load(path).eval()), path)


def in_training_mode(folder):
    export(shaken(Images()), folder, labels=list("abc"), **IMAGES)
    model = Images().eval()
    model.norm1.train()
    torch.jit.save(torch.jit.script(model), os.path.join(folder, "model.pt"))


def traced_in_training_mode(folder):
    """Its flags say that it is not in training mode; its code is."""
    export(shaken(Images()), folder, labels=list("abc"), **IMAGES)
    traced = torch.jit.trace(Images().train(), (torch.randn(2, 3, 8, 8),), check_trace=False)
    torch.jit.save(traced.eval(), os.path.join(folder, "model.pt"))


def of_fixed_length(folder):
    class Fixed(Plain):
        def forward(self, input_ids, attention_mask):
            x = self.body(input_ids)
            return self.classifier(x.view(-1, 5 * WIDTH).view(-1, 5, WIDTH).mean(1))

    export(shaken(Fixed()), folder, labels=list("abc"), example=example(), **TEXT)


REFUSED = {
    "lstm": lambda folder: export(shaken(Recurrent(nn.LSTM)), folder, labels=list("abc"), **TEXT),
    "gru": lambda folder: export(shaken(Recurrent(nn.GRU)), folder, labels=list("abc"), example=example(), **TEXT),
    "joined_biases": lambda folder: export(shaken(Joined()), folder, labels=list("abc"), **TEXT),
    "frozen": frozen,
    "in_training_mode": in_training_mode,
    "traced_in_training_mode": traced_in_training_mode,
    "batch_mean": lambda folder: export(shaken(Mixed()), folder, labels=list("abc"), **TEXT),
    "time_first": lambda folder: export(shaken(TimeFirst()), folder, labels=list("abc"), **TEXT),
    "random": lambda folder: export(shaken(Random()), folder, labels=list("abc"), **TEXT),
    "counting": lambda folder: export(shaken(Counting()), folder, labels=list("abc"), **TEXT),
    "caching": lambda folder: export(shaken(Caching()), folder, labels=list("abc"), **TEXT),
    "printing": lambda folder: export(shaken(Printing()), folder, labels=list("abc"), **TEXT),
    "of_fixed_length": of_fixed_length,
}


def shaken(model):
    """Random biases, norms and statistics: as they are initialised, they would hide faults."""
    for name, parameter in model.named_parameters():
        parameter.data += torch.randn(parameter.shape) * (0.2 if parameter.dim() == 1 else 0.05)
    for name, buffer in model.named_buffers():
        if name.endswith("running_mean") or name.endswith("running_var"):
            buffer.data += torch.rand(buffer.shape)
    return model


def without_sources(path):
    """Leaves out where in which Python file each line was written; the rest stays aligned as it was."""
    with zipfile.ZipFile(path) as old:
        entries = [(e, old.read(e)) for e in old.infolist() if not e.filename.endswith(".debug_pkl")]
    with zipfile.ZipFile(path, "w") as new:
        for old_entry, content in entries:
            entry = zipfile.ZipInfo(old_entry.filename)
            entry.compress_type = old_entry.compress_type
            padding = -(new.fp.tell() + 30 + len(entry.filename) + 4) % 64
            entry.extra = b"FB" + padding.to_bytes(2, "little") + b"Z" * padding
            new.writestr(entry, content)


def batch(config, outputs, generator):
    if "image_size" in config:
        inputs = {"pixel_values": torch.randn(ROWS, 3, 8, 8, generator=generator)}
    else:
        lengths = torch.tensor([LENGTH, 5, 7, 2])
        mask = (torch.arange(LENGTH)[None] < lengths[:, None]).long()
        inputs = {"input_ids": torch.randint(0, 40, mask.shape, generator=generator) * mask, "attention_mask": mask}
    if "architectures" in config:
        label = torch.randint(0, outputs, (ROWS, LENGTH), generator=generator)
        label[inputs["attention_mask"] == 0] = -100
    elif config["problem_type"] == "regression":
        label = torch.randn(ROWS, outputs, generator=generator)
    elif config["problem_type"] == "multi_label_classification":
        label = torch.randint(0, 2, (ROWS, outputs), generator=generator)
    else:
        label = torch.randint(0, outputs, (ROWS,), generator=generator)
    return inputs, label


def loss(logits, label, config):
    """Of one row, with the row's axis in front."""
    if "architectures" in config:
        return F.cross_entropy(logits.flatten(0, 1), label.flatten())
    if config["problem_type"] == "regression":
        return F.mse_loss(logits, label.double())
    if config["problem_type"] == "multi_label_classification":
        return F.binary_cross_entropy_with_logits(logits, label.double())
    return F.cross_entropy(logits, label)


def write_expected(folder, seed):
    config = json.load(open(os.path.join(folder, "config.json")))
    archive = torch.jit.load(os.path.join(folder, "model.pt")).double()
    inputs, label = batch(config, len(config["id2label"]), torch.Generator().manual_seed(seed))
    head = f"{config['head']}.weight" if "head" in config else ""
    trained = {n: p for n, p in archive.named_parameters() if (p.dim() == 1 and "bias" in n) or n == head}
    rows = {"logits": [], "loss_per_sample": []}
    for i in range(ROWS):
        one = {k: v[i : i + 1].double() if v.is_floating_point() else v[i : i + 1] for k, v in inputs.items()}
        logits = archive(*one.values())
        logits = logits["logits"] if isinstance(logits, dict) else logits
        value = loss(logits, label[i : i + 1], config)
        rows["logits"].append(logits[0].detach())
        rows["loss_per_sample"].append(value.detach())
        for n, g in zip(trained, torch.autograd.grad(value, list(trained.values()))):
            rows.setdefault(f"grad_sample/{n}", []).append(g)
    expected = {f"input/{k}": v for k, v in inputs.items()}
    expected["label"] = label
    expected.update({k: torch.stack(v) for k, v in rows.items()})
    save_file({k: (v.float() if v.is_floating_point() else v).contiguous() for k, v in expected.items()},
              os.path.join(folder, "expected.safetensors"))


if __name__ == "__main__":
    for name, make in {**TRAINED, **REFUSED}.items():
        if sys.argv[2:] and name not in sys.argv[2:]:
            continue
        seed = zlib.crc32(name.encode())
        torch.manual_seed(seed)
        folder = os.path.join(sys.argv[1], name)
        make(folder)
        without_sources(os.path.join(folder, "model.pt"))
        if name in TRAINED:
            write_expected(folder, seed)
        print(name, sum(os.path.getsize(os.path.join(folder, f)) for f in os.listdir(folder)), "bytes")
