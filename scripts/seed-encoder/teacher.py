"""A bag of word pieces and neighbouring pairs that rates reviews: it labels the unlabelled half, and single spans."""
import numpy as np
import torch
from torch import nn

BUCKETS = 1 << 20
HELD_OUT = 50  # every 50th review is left out of all rating losses


def features(tokens):
    """Distinct pieces and hashed pairs of one review."""
    tokens = tokens.astype(np.int64)
    pairs = (tokens[:-1] * 8192 + tokens[1:]) * 2654435761 % (BUCKETS - 8192) + 8192
    return np.unique(np.concatenate([tokens, pairs]))


def batches(bags, order, size):
    for i in range(0, len(order), size):
        rows = order[i:i + size]
        lengths = np.array([len(bags[r]) for r in rows])
        offsets = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        weight = np.repeat(1 / np.sqrt(lengths), lengths).astype(np.float32)
        yield rows, [torch.from_numpy(x) for x in (np.concatenate([bags[r] for r in rows]), offsets, weight)]


class Teacher:
    """weights: per feature and rating; soft: distribution over the 8 ratings per review, one-hot where labelled."""

    SHARPEN = 1.5  # chosen by the held-out reviews' ratings: their own spans fit best so

    def __init__(self, weights, soft, size):
        self.weights, self.soft, self.size = weights, soft, size

    def rate(self, review, tokens):
        """What the span alone says, its share of the review's score: a distribution over the 8 ratings."""
        score = self.SHARPEN * self.weights[features(tokens)].sum(0) / np.sqrt(self.size[review])
        odds = np.exp(score - score.max())
        return odds / odds.sum()

    def targets(self, owner, pieces, mix):
        """Rows [len(pieces), 8]: mix parts of the span's own rating, the rest its review's."""
        own = np.array([self.rate(review, piece) for review, piece in zip(owner, pieces)], np.float32)
        return mix * own + (1 - mix) * self.soft[owner]

    def save(self, path):
        np.savez(path, weights=self.weights, soft=self.soft, size=self.size)

    @staticmethod
    def load(path):
        return Teacher(**np.load(path))


def train_teacher(tokens, bounds, rating, epochs=4, seed=1):
    """tokens: all reviews end to end; bounds[r], bounds[r + 1]: review r; rating: class 0-7, or -1."""
    generator = np.random.default_rng(seed)
    bags = [features(tokens[bounds[r]:bounds[r + 1]]) for r in range(len(rating))]
    reviews = np.arange(len(rating))
    held_out = (rating >= 0) & (reviews % HELD_OUT == 0)
    train = reviews[(rating >= 0) & ~held_out]
    table = nn.EmbeddingBag(BUCKETS, 8, mode="sum", sparse=True)
    nn.init.zeros_(table.weight)
    optimizer = torch.optim.SparseAdam(table.parameters(), lr=0.02)
    for _ in range(epochs):
        for rows, (ids, offsets, weight) in batches(bags, generator.permutation(train), 64):
            loss = nn.functional.cross_entropy(table(ids, offsets, weight), torch.from_numpy(rating[rows]).long())
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    with torch.no_grad():
        soft = np.concatenate([table(*bag).softmax(1).numpy() for _, bag in batches(bags, reviews, 512)])
    right = (soft[held_out, 4:].sum(1) > 0.5) == (rating[held_out] >= 4)
    print(f"teacher: polarity of {held_out.sum()} held-out reviews right {right.mean():.4f}", flush=True)
    labelled = rating >= 0
    soft[labelled] = np.eye(8, dtype=np.float32)[rating[labelled]]
    return Teacher(table.weight.detach().numpy(), soft, np.array([len(bag) for bag in bags]))
