"""Reviews -> batches of spans, and the hiding of words in them."""
import numpy as np
import torch

from encoder import CLS, CONFIG, MASK, PAD, SEP

LONGEST = 64
BATCH_TOKENS = 4096
CHUNK = 1000  # reviews whose spans are sorted by length together


def spans(corpus, first, chosen, generator, crop):
    """Cuts the chosen reviews into runs of 1 to 3 sentences; with chance crop, a run shrinks to a phrase."""
    tokens, starts = corpus["tokens"], corpus["starts"]
    for review in chosen:
        s, end = first[review], first[review + 1]
        while s < end:
            e = min(s + 1 + int(generator.choice(3, p=(0.6, 0.25, 0.15))), end)
            a, b = starts[s], starts[e]
            if generator.random() < crop:
                length = int(generator.integers(2, max(3, min(b - a, 24) + 1)))
                a += int(generator.integers(0, max(1, b - a - length + 1)))
                b = min(b, a + length)
            yield review, tokens[a:min(b, a + LONGEST - 2)]
            s = e


def padded(rows):
    batch = np.full((len(rows), max(len(r) for r in rows) + 2), PAD, np.int64)
    for line, row in zip(batch, rows):
        line[:len(row) + 2] = [CLS, *row, SEP]
    return torch.from_numpy(batch)


def stream(corpus, first, reviews, generator, crop):
    """Endless batches of about BATCH_TOKENS places: which reviews, their spans."""
    while True:
        order = generator.permutation(reviews)
        for i in range(0, len(order), CHUNK):
            pieces = sorted(spans(corpus, first, order[i:i + CHUNK], generator, crop), key=lambda p: len(p[1]))
            batches, batch = [], []
            for piece in pieces:
                if (len(batch) + 1) * (len(piece[1]) + 2) > BATCH_TOKENS:
                    batches.append(batch)
                    batch = []
                batch.append(piece)
            for b in generator.permutation(len(batches)):
                owner, rows = zip(*batches[b])
                yield np.array(owner), rows


def hide_words(tokens, generator, rate):
    """BERT's masking (Devlin et al., 2019, section 3.1): of the chosen places 80 % masked, 10 % random, 10 % kept."""
    chosen = (tokens > MASK) & torch.from_numpy(generator.random(tokens.shape) < rate)
    fate = torch.from_numpy(generator.random(tokens.shape))
    other = torch.from_numpy(generator.integers(MASK + 1, CONFIG["vocab_size"], tokens.shape))
    hidden = torch.where(chosen & (fate < 0.8), MASK, tokens)
    return torch.where(chosen & (fate >= 0.9), other, hidden), chosen
