"""Pretrains the encoder on film reviews: masked words and ratings together, then ratings of single sentences."""
import argparse
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from batches import hide_words, padded, spans, stream
from encoder import CONFIG, PAD, Encoder
from teacher import HELD_OUT, Teacher, train_teacher


@dataclass
class Stage:
    """One stage of training: how long, how fast, and what counts in the loss."""

    name: str
    tokens: float  # budget, padding not counted
    peak: float  # learning rate after the first 3 %, from where it falls linearly
    last: float  # learning rate at the end
    words: float  # weight of the masked-word loss
    rating: float  # weight of the rating loss
    hide: float  # share of the word pieces that are hidden
    crop: float  # chance that a run of sentences shrinks to a phrase
    mix: float  # share of the teacher's word on the span in the rating's target, falls linearly to 0


WORDS = Stage("words", 10e6, peak=1.5e-3, last=3e-4, words=1, rating=0.5, hide=0.15, crop=0.1, mix=0)
SENTENCES = Stage("sentences", 8e6, peak=8e-4, last=0, words=0.2, rating=1, hide=0.08, crop=0.4, mix=0.5)


def word_vectors(tokens, starts, width, window=5):
    """Positive pointwise mutual information of neighbouring pieces, its leading singular vectors [8192, width]."""
    vocabulary = CONFIG["vocab_size"]
    sentence = np.repeat(np.arange(len(starts) - 1, dtype=np.int32), np.diff(starts))
    counts = np.zeros(vocabulary * vocabulary, np.float32)
    for distance in range(1, window + 1):
        same = sentence[distance:] == sentence[:-distance]
        pairs = tokens[:-distance][same].astype(np.int64) * vocabulary + tokens[distance:][same]
        counts += np.bincount(pairs, minlength=len(counts)).astype(np.float32) / distance
    counts = torch.from_numpy(counts).view(vocabulary, vocabulary)
    counts = counts + counts.T
    word, context = counts.sum(1, keepdim=True), counts.sum(0, keepdim=True) ** 0.75
    information = (counts * context.sum() / (word * context)).log().clamp_(min=0).nan_to_num_(0, 0, 0)
    left, singular, _ = torch.svd_lowrank(information, q=width, niter=4)
    vectors = left * singular.sqrt() + 1e-3 * torch.randn_like(left)  # some pieces never occur
    return vectors * (0.05 / vectors.std())


def losses(encoder, tokens, target, generator, hide):
    """Masked-word loss and rating loss, in nats."""
    hidden, chosen = hide_words(tokens, generator, hide)
    with torch.autocast("cpu", torch.bfloat16):
        states, pooled = encoder(hidden)
        rating = F.cross_entropy(encoder.rating(pooled).float(), target)
        return F.cross_entropy(encoder.words(states[chosen]).float(), tokens[chosen]), rating


def adam(encoder):
    decayed = [p for p in encoder.parameters() if p.ndim > 1]
    plain = [p for p in encoder.parameters() if p.ndim <= 1]
    return torch.optim.AdamW([dict(params=decayed, weight_decay=0.01), dict(params=plain, weight_decay=0.0)],
                             lr=0.0, betas=(0.9, 0.98), fused=True)


def train(stage, encoder, corpus, first, reviews, teacher, seed, save):
    """Runs one stage; its checkpoint is written every two minutes and at the end."""
    generator = np.random.default_rng(seed)
    batches = stream(corpus, first, reviews, generator, stage.crop)
    optimizer = adam(encoder)
    seen, step, mean, started, saved = 0, 0, np.zeros(2), time.time(), time.time()
    while seen < stage.tokens:
        owner, pieces = next(batches)
        left = 1 - seen / stage.tokens
        tokens, target = padded(pieces), torch.from_numpy(teacher.targets(owner, pieces, stage.mix * left))
        for group in optimizer.param_groups:
            group["lr"] = (stage.peak * (1 - left) / 0.03 + 1e-5 if left > 0.97
                           else stage.last + (stage.peak - stage.last) * left / 0.97)
        word_loss, rating_loss = losses(encoder, tokens, target, generator, stage.hide)
        optimizer.zero_grad()
        (stage.words * word_loss + stage.rating * rating_loss).backward()
        torch.nn.utils.clip_grad_norm_(encoder.parameters(), 1.0)
        optimizer.step()
        seen += int((tokens != PAD).sum())
        mean += (word_loss.item(), rating_loss.item())
        step += 1
        if step % 100 == 0:
            print(f"{stage.name}: {seen / 1e6:.2f} M tokens, {time.time() - started:.0f} s,"
                  f" masked-word loss {mean[0] / 100:.4f}, rating loss {mean[1] / 100:.4f}", flush=True)
            mean[:] = 0
        if time.time() - saved > 120:
            torch.save(encoder.state_dict(), save)
            saved = time.time()
    torch.save(encoder.state_dict(), save)


@torch.no_grad()
def held_out(encoder, corpus, first, reviews, soft, name):
    """Masked-word and rating loss, and polarity accuracy, of spans and whole reviews never trained on."""
    generator = np.random.default_rng(0)
    pieces = sorted(spans(corpus, first, reviews, generator, crop=0), key=lambda p: len(p[1]))
    sums, right, polarity = np.zeros(2), 0, np.zeros(len(first))
    for i in range(0, len(pieces), 64):
        owner, rows = zip(*pieces[i:i + 64])
        owner, tokens = np.array(owner), padded(rows)
        target = torch.from_numpy(soft[owner])
        sums += [x.item() * len(rows) for x in losses(encoder, tokens, target, generator, 0.15)]
        log = encoder.rating(encoder(tokens)[1]).log_softmax(1)
        score = (log[:, 4:].logsumexp(1) - log[:, :4].logsumexp(1)).numpy()
        right += ((score > 0) == (soft[owner, 4:].sum(1) > 0.5)).sum()
        np.add.at(polarity, owner, score)
    whole = (polarity[reviews] > 0) == (soft[reviews, 4:].sum(1) > 0.5)
    print(f"{name}, {len(reviews)} held-out reviews: masked-word loss {sums[0] / len(pieces):.4f},"
          f" rating loss (masked input) {sums[1] / len(pieces):.4f}, polarity of spans {right / len(pieces):.4f},"
          f" of reviews {whole.mean():.4f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True, help="folder with corpus.npz and tokenizer/")
    parser.add_argument("--model", type=Path, required=True, help="folder to write the model to")
    parser.add_argument("--words-from", type=Path, help="checkpoint after the first stage, to do only the second")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()

    corpus = dict(np.load(arguments.work / "corpus.npz"))
    first = np.searchsorted(corpus["review"], np.arange(len(corpus["rating"]) + 1))
    rating = corpus["rating"]
    classes = np.where(rating == 0, -1, np.where(rating <= 4, rating - 1, rating - 3))
    saved = arguments.work / "teacher.npz"
    if not saved.exists():
        train_teacher(corpus["tokens"], corpus["starts"][first], classes).save(saved)
    teacher = Teacher.load(saved)
    reviews = np.arange(len(rating))
    test = reviews[(classes >= 0) & (reviews % HELD_OUT == 0)]
    reviews = np.setdiff1d(reviews, test)

    torch.manual_seed(arguments.seed)
    encoder = Encoder()
    print(f"{sum(p.numel() for p in encoder.parameters())} parameters", flush=True)
    if arguments.words_from:
        encoder.load_state_dict(torch.load(arguments.words_from))
    else:
        vectors = word_vectors(corpus["tokens"], corpus["starts"], CONFIG["hidden_size"])
        encoder.bert.embeddings.word_embeddings.weight.data.copy_(vectors)
    stages = [SENTENCES] if arguments.words_from else [WORDS, SENTENCES]
    for stage in stages:
        seed = arguments.seed + (stage is SENTENCES)
        train(stage, encoder, corpus, first, reviews, teacher, seed, arguments.work / f"{stage.name}.pt")
        held_out(encoder, corpus, first, test, teacher.soft, f"after {stage.name}")
    encoder.ship(arguments.work / "tokenizer", arguments.model)


if __name__ == "__main__":
    main()
