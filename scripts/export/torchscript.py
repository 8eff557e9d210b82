"""Makes a folder that Sotto trains from any PyTorch model: a TorchScript archive and its config.json.

    from torchscript import export

    export(model, "my-model", inputs=["input_ids", "attention_mask"], labels=["cardiology", "dermatology", "billing"],
           vocab_size=30522, max_position_embeddings=512, head="classifier")

then put tokenizer.json (or preprocessor_config.json) beside it and run

    scripts/sotto check-model --model my-model

The model's forward takes the inputs in that order and gives logits, [rows, outputs], or [rows, tokens, classes]. With an
`example` (a tuple of inputs) it is traced, without one it is scripted. docs/any-architecture.md says what a model must keep to.
"""

import json
import os

import torch


def export(model, folder, inputs, labels, example=None, task="single_label_classification", head=None, **ranges):
    """Writes folder/model.pt and folder/config.json.

    task    single_label_classification, multi_label_classification, regression or token_classification
    labels  a name for each output, in order
    head    path of the linear layer whose weights are trained besides all biases; None: biases alone
    ranges  vocab_size, max_position_embeddings and, where the model has token types, type_vocab_size; or image_size
            (pixels, or [height, width]) and num_channels
    """
    model = model.float().cpu().eval()  # dropout and batch statistics would mix rows or draw random numbers
    with torch.no_grad():
        archive = torch.jit.script(model) if example is None else torch.jit.trace(model, example, strict=False)
    os.makedirs(folder, exist_ok=True)
    torch.jit.save(archive, os.path.join(folder, "model.pt"))
    config = {"model_type": "torchscript", "inputs": inputs, **ranges}
    if head is not None:
        config["head"] = head
    if task == "token_classification":
        config["architectures"] = ["ForTokenClassification"]
    else:
        config["problem_type"] = task
    config["id2label"] = {str(i): label for i, label in enumerate(labels)}
    config["label2id"] = {label: i for i, label in enumerate(labels)}
    with open(os.path.join(folder, "config.json"), "w") as file:
        json.dump(config, file, indent=2)
        file.write("\n")
