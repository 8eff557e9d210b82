"""The Python side of ArchiveExportTest: makes a folder with scripts/export, and asks a trained archive for logits.

    python3 archive_round_trip.py make FOLDER
    python3 archive_round_trip.py logits FOLDER     rows.json: [ids, mask], flat; writes logits.json
"""

import json
import os
import sys

import torch

from archives import TEXT, Text, export, shaken

if __name__ == "__main__":
    command, folder = sys.argv[1:]
    if command == "make":
        torch.manual_seed(1)
        export(shaken(Text()), folder, labels=["a", "b", "c"], head="classifier", **TEXT)
    else:
        ids, mask = (torch.tensor(each).view(3, -1) for each in json.load(open(os.path.join(folder, "rows.json"))))
        with torch.no_grad():
            logits = torch.jit.load(os.path.join(folder, "model.pt"))(ids, mask)
        json.dump(logits.flatten().tolist(), open(os.path.join(folder, "logits.json"), "w"))
