"""Makes resources/golden/metrics/classification.json and spans.json: rows and what scikit-learn and seqeval say of them.

    PYTHONPATH=<seqeval's source> python classification_metrics.py ../resources/golden/metrics

Made with scikit-learn 1.9.1 and seqeval at its git commit cd01b52.
"""
import json
import random
import sys
import warnings

import numpy as np
from seqeval import metrics as seqeval
from sklearn import metrics

warnings.filterwarnings("ignore")
random.seed(20260211)


def number(value):
    return None if value != value else float(value)


def classes(count, rows, agree):
    labels = [random.randrange(count) for _ in range(rows)]
    answers = [label if random.random() < agree else random.randrange(count) for label in labels]
    return case_of_classes(count, labels, answers)


def case_of_classes(count, labels, answers):
    case = {
        "classes": count,
        "labels": labels,
        "answers": answers,
        "accuracy": number(metrics.accuracy_score(labels, answers)),
        "macro_f1": number(metrics.f1_score(labels, answers, average="macro")),
        "micro_f1": number(metrics.f1_score(labels, answers, average="micro")),
        "matthews": number(metrics.matthews_corrcoef(labels, answers)),
    }
    if count == 2:
        case["f1"] = number(metrics.f1_score(labels, answers, zero_division=np.nan))
    return case


def ranking(rows, steps):
    """Scores on a grid of so many steps, so that few steps make many ties."""
    labels = [random.random() < 0.3 for _ in range(rows)]
    labels[0], labels[1] = True, False
    scores = [round((random.random() + 0.4 * label) * steps) / steps for label in labels]
    return {
        "labels": labels,
        "scores": scores,
        "auroc": number(metrics.roc_auc_score(labels, scores)),
        "average_precision": number(metrics.average_precision_score(labels, scores)),
    }


def label_sets(count, rows, chance):
    """Of which the first label is never there nor answered."""
    labels = np.array([[random.random() < chance * i for i in range(count)] for _ in range(rows)])
    scores = np.array([[round(16 * (0.6 * random.random() + 0.35 * there)) / 16 for there in row] for row in labels])
    scores[:, 0] /= 2
    answers = scores >= 0.5
    both = [i for i in range(count) if 0 < labels[:, i].sum() < rows]
    some = [i for i in range(count) if 0 < labels[:, i].sum()]
    return {
        "labels": labels.tolist(),
        "scores": scores.tolist(),
        "exact_match": number(metrics.accuracy_score(labels, answers)),
        "micro_f1": number(metrics.f1_score(labels, answers, average="micro", zero_division=np.nan)),
        "macro_f1": number(metrics.f1_score(labels, answers, average="macro", zero_division=np.nan)),
        "macro_auroc": number(metrics.roc_auc_score(labels[:, both], scores[:, both], average="macro")),
        "macro_average_precision": number(
            metrics.average_precision_score(labels[:, some], scores[:, some], average="macro")
        ),
    }


def spans(prefixes, texts):
    def tags():
        return [
            random.choice(prefixes) + "-" + random.choice(["PER", "LOC", "DRUG-NAME"]) if random.random() < 0.7 else "O"
            for _ in range(random.randrange(1, 12))
        ]

    right = [tags() for _ in range(texts)]
    answers = [[tag if random.random() < 0.7 else (tags() * 12)[i] for i, tag in enumerate(text)] for text in right]
    return case_of_spans(right, answers)


def case_of_spans(right, answers):
    return {
        "tags": right,
        "answers": answers,
        "precision": number(seqeval.precision_score(right, answers)),
        "recall": number(seqeval.recall_score(right, answers)),
        "f1": number(seqeval.f1_score(right, answers)),
        "token_accuracy": number(seqeval.accuracy_score(right, answers)),
    }


def write(name, content):
    with open(f"{sys.argv[1]}/{name}", "w") as file:
        json.dump(content, file, indent=None, separators=(",", ":"))
        file.write("\n")


write("classification.json", {
    "classes": [
        classes(2, 40, 0.7),
        classes(2, 25, 0.1),
        classes(3, 60, 0.6),
        classes(7, 50, 0.5),
        case_of_classes(3, [0, 0, 1, 1], [1, 1, 0, 0]),
        case_of_classes(2, [0, 1, 1, 0], [1, 1, 1, 1]),
        case_of_classes(2, [1, 1, 1], [1, 0, 1]),
        case_of_classes(4, [3, 3, 0], [3, 3, 0]),
    ],
    "rankings": [ranking(50, 1000), ranking(80, 8), ranking(60, 2), ranking(2, 1), ranking(200, 40)],
    "label_sets": [label_sets(4, 30, 0.12), label_sets(6, 12, 0.08), label_sets(2, 20, 0.5)],
})
write("spans.json", [
    spans(["B", "I"], 30),
    spans(["I"], 15),
    spans(["B", "I", "E", "S"], 30),
    case_of_spans([["B-PER", "I-PER", "O", "B-LOC"]], [["B-PER", "I-PER", "O", "B-LOC"]]),
    case_of_spans([["I-PER", "I-PER", "B-PER"]], [["B-PER", "I-PER", "I-PER"]]),
    case_of_spans([["B-PER", "O"]], [["O", "O"]]),
])
