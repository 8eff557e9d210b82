"""Fine-tuning on SST-2 without privacy: biases + head, head only, and the majority class, on the dev set."""
import argparse
import csv
import time
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F
from tokenizers import Tokenizer
from transformers import AutoModelForSequenceClassification
from transformers.utils import logging


def read(path, tokenizer):
    """Rows of a tab separated file with the header sentence, label -> lists of word pieces, labels."""
    with open(path, encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    encoded = tokenizer.encode_batch([row["sentence"].strip() for row in rows])
    return [e.ids for e in encoded], torch.tensor([int(row["label"]) for row in rows])


def batch_of(pieces, rows):
    width = max(len(pieces[r]) for r in rows)
    ids = torch.zeros(len(rows), width, dtype=torch.long)
    for line, r in zip(ids, rows):
        line[:len(pieces[r])] = torch.tensor(pieces[r])
    return dict(input_ids=ids, attention_mask=(ids != 0).long())


def batches(pieces, size, generator):
    """One epoch: random chunks of 50 batches, sorted by length inside to save padding."""
    order = generator.permutation(len(pieces))
    for i in range(0, len(order), 50 * size):
        chunk = sorted(order[i:i + 50 * size].tolist(), key=lambda r: len(pieces[r]))
        starts = range(0, len(chunk), size)
        yield from (chunk[s:s + size] for s in generator.permutation(starts))


@torch.no_grad()
def pooled(model, pieces):
    """What the untuned encoder gives its head [sentences, hidden]."""
    vectors = torch.empty(len(pieces), model.config.hidden_size)
    for rows in batches(pieces, 128, np.random.default_rng(0)):
        vectors[rows] = model.bert(**batch_of(pieces, rows)).pooler_output
    return vectors


@torch.no_grad()
def accuracy(logits, pieces, labels):
    right = 0
    for rows in batches(pieces, 128, np.random.default_rng(0)):
        right += (logits(pieces, rows).argmax(1) == labels[rows]).sum().item()
    return right / len(pieces)


def fit(parameters, logits, train, dev, options, seed):
    """Adam with linear decay on the parameters; dev accuracy after the last epoch, no earlier one is picked."""
    generator = np.random.default_rng(seed)
    optimizer = torch.optim.Adam(parameters, lr=options.rate)
    pieces, labels = train
    steps, step = options.epochs * -(-len(pieces) // options.batch), 0
    for epoch in range(options.epochs):
        total, started = 0, time.time()
        for rows in batches(pieces, options.batch, generator):
            optimizer.param_groups[0]["lr"] = options.rate * (1 - step / steps)
            loss = F.cross_entropy(logits(pieces, rows), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total, step = total + loss.item() * len(rows), step + 1
        score = accuracy(logits, *dev)
        print(f"  epoch {epoch + 1}: train loss {total / len(pieces):.4f}, dev accuracy {score:.4f},"
              f" {time.time() - started:.0f} s", flush=True)
    return score


def classifier(folder, seed):
    torch.manual_seed(seed)  # the head is drawn anew
    return AutoModelForSequenceClassification.from_pretrained(folder, num_labels=2, dtype=torch.float32)


def head_only(options, train, dev, seed):
    model = classifier(options.model, seed)
    vectors = {id(pieces): pooled(model, pieces) for pieces in (train[0], dev[0])}
    return fit(list(model.classifier.parameters()), lambda pieces, rows: model.classifier(vectors[id(pieces)][rows]),
               train, dev, options, seed)


def biases_and_head(options, train, dev, seed):
    model = classifier(options.model, seed)
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(name.startswith("classifier.") or name.endswith(".bias"))
    return fit([p for p in model.parameters() if p.requires_grad],
               lambda pieces, rows: model(**batch_of(pieces, rows)).logits, train, dev, options, seed)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="folder in Hugging Face layout")
    parser.add_argument("--sst2", type=Path, required=True, help="folder with train.tsv and dev.tsv")
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--rate", type=float, default=5e-3, help="Adam's learning rate")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    arguments = parser.parse_args()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    tokenizer = Tokenizer.from_file(str(arguments.model / "tokenizer.json"))
    train, dev = (read(arguments.sst2 / f"{part}.tsv", tokenizer) for part in ("train", "dev"))
    majority = train[1].bincount().argmax()
    print(f"majority class: {(dev[1] == majority).float().mean():.4f} of {len(dev[0])} dev sentences")
    for method, tune in (("head only", head_only), ("biases + head", biases_and_head)):
        for seed in arguments.seeds:
            score = tune(arguments, train, dev, seed)
            print(f"{method}, seed {seed}: dev accuracy {score:.4f}", flush=True)


if __name__ == "__main__":
    main()
