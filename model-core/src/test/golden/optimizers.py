"""Makes resources/golden/optimizers.json: trajectories of update rules on given gradients, in float64.

    python optimizers.py ../resources/golden/optimizers.json

SGD, Adam and AdamW are torch.optim's, of torch 2.13.0, with one parameter group a tensor. LAMB (You et al., ICLR 2020, Algorithm 2), the
noise correction (Tang et al., AAAI 2024) and the moving average (De et al., arXiv:2204.13650) are written out below in Python's floats, from
the papers' formulas. The second tensor begins at zero; the third gets gradients of zero, so that weight decay alone moves it.
"""
import json
import math
import random
import sys

import torch

STEPS = 6
RATE = 0.05
SIZES = [4, 3, 2]
SHARES = [1.0, 0.25, 2.0]

random.seed(20261201)
START = [[random.gauss(0, 1) for _ in range(4)], [0.0] * 3, [random.gauss(0, 1) for _ in range(2)]]
GRADIENTS = [
    [[random.gauss(0, 0.1) for _ in range(size)] for size in SIZES[:2]] + [[0.0] * 2] for _ in range(STEPS)
]
RATES = [RATE * (STEPS - step) / STEPS for step in range(STEPS)]


def flat(tensors):
    return [float(number) for tensor in tensors for number in tensor]


def by_torch(make):
    tensors = [torch.tensor(values, dtype=torch.float64) for values in START]
    optimizer = make([{"params": [tensor]} for tensor in tensors])
    after = []
    for rate, gradient in zip(RATES, GRADIENTS):
        for tensor, group, values, share in zip(tensors, optimizer.param_groups, gradient, SHARES):
            tensor.grad = torch.tensor(values, dtype=torch.float64)
            group["lr"] = rate * share
        optimizer.step()
        after.append(flat(tensors))
    return after


def by_hand(move):
    """``move(x, m_hat, v_hat, rate)`` gives a tensor's next values."""
    beta1, beta2 = 0.9, 0.99
    tensors = [list(values) for values in START]
    means = [[0.0] * size for size in SIZES]
    squares = [[0.0] * size for size in SIZES]
    after = []
    for step in range(1, STEPS + 1):
        for k, gradient in enumerate(GRADIENTS[step - 1]):
            means[k] = [beta1 * m + (1 - beta1) * g for m, g in zip(means[k], gradient)]
            squares[k] = [beta2 * v + (1 - beta2) * g * g for v, g in zip(squares[k], gradient)]
            mean = [m / (1 - beta1**step) for m in means[k]]
            square = [v / (1 - beta2**step) for v in squares[k]]
            tensors[k] = move(tensors[k], mean, square, RATES[step - 1] * SHARES[k])
        after.append(flat(tensors))
    return after


def lamb(decay, epsilon=1e-6):
    def move(x, mean, square, rate):
        u = [m / (math.sqrt(v) + epsilon) + decay * xi for xi, m, v in zip(x, mean, square)]
        length, stride = (math.sqrt(math.fsum(a * a for a in vector)) for vector in (x, u))
        trust = length / stride if length > 0 and stride > 0 else 1
        return [xi - rate * trust * ui for xi, ui in zip(x, u)]

    return by_hand(move)


def corrected(variance, floor, decay, epsilon=1e-8):
    """With AdamW's decay; the paper's gamma' is floor * variance, and epsilon is too small beside its root to be seen."""

    def move(x, mean, square, rate):
        roots = [math.sqrt(max(v - variance, floor * variance)) + epsilon for v in square]
        return [(1 - rate * decay) * xi - rate * m / root for xi, m, root in zip(x, mean, roots)]

    return by_hand(move)


def averaged(after, decay):
    average, averages = flat(START), []
    for step, parameters in enumerate(after):
        beta = min(decay, (1 + step) / (10 + step))
        average = [beta * a + (1 - beta) * p for a, p in zip(average, parameters)]
        averages.append(average)
    return averages


VARIANCE = 0.004
momentum = by_torch(lambda groups: torch.optim.SGD(groups, lr=RATE, momentum=0.9, weight_decay=0.02))
cases = {
    "sgd": momentum,
    "nesterov": by_torch(lambda groups: torch.optim.SGD(groups, lr=RATE, momentum=0.9, weight_decay=0.02, nesterov=True)),
    "adam": by_torch(lambda groups: torch.optim.Adam(groups, lr=RATE, betas=(0.9, 0.99), weight_decay=0.1)),
    "adamw": by_torch(lambda groups: torch.optim.AdamW(groups, lr=RATE, betas=(0.9, 0.99), weight_decay=0.1)),
    "lamb": lamb(0.0),
    "lamb_decay": lamb(0.1),
    "adam_corrected": corrected(VARIANCE, 0.05, 0.0),
    "adamw_corrected": corrected(VARIANCE, 0.05, 0.1),
    "sgd_averaged": averaged(momentum, 0.3),
}
file = {
    "origin": "model-core/src/test/golden/optimizers.py with torch " + torch.__version__,
    "start": flat(START),
    "ends": [sum(SIZES[: k + 1]) for k in range(len(SIZES))],
    "shares": SHARES,
    "rates": RATES,
    "gradients": [flat(gradient) for gradient in GRADIENTS],
    "noise_variance": VARIANCE,
    "cases": cases,
}
with open(sys.argv[1], "w") as out:
    json.dump(file, out, indent=1)
    out.write("\n")
