"""Tiny random-weight checkpoints with what Hugging Face transformers computes for them in float64.

    python3 hf_models.py ../resources/vectors/hf-small [name ...]

Each folder gets config.json and model.safetensors as save_pretrained writes them, and expected.safetensors laid out as
`sotto check-model --reference` takes it, its numbers rounded to float32. Gradients are autograd's, one row's loss at a time.
The losses of token tasks are written out here: the mean over each row's own labelled tokens. Made with torch 2.13 and
transformers 5.18.
"""

import json
import os
import sys

import torch
import transformers as hf
from safetensors.torch import save_file
from torch.nn import functional as F

ENCODER = dict(vocab_size=50, hidden_size=16, num_hidden_layers=2, num_attention_heads=4, intermediate_size=24,
               max_position_embeddings=20, type_vocab_size=2)
GPT2 = dict(vocab_size=50, n_embd=16, n_layer=2, n_head=2, n_positions=20, bos_token_id=0, eos_token_id=0)
LLAMA = dict(vocab_size=50, hidden_size=16, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
             intermediate_size=24, max_position_embeddings=20, bos_token_id=1, eos_token_id=2)

# name: (class, configuration, task)
CASES = {
    "albert_cls": (hf.AlbertForSequenceClassification, hf.AlbertConfig(
        **{**ENCODER, "num_hidden_layers": 4}, num_hidden_groups=2, embedding_size=8, num_labels=3), "classification"),
    "albert_shared": (hf.AlbertForSequenceClassification, hf.AlbertConfig(
        **{**ENCODER, "num_hidden_layers": 3}, inner_group_num=2, embedding_size=8, hidden_act="gelu"), "classification"),
    "distilbert_multi": (hf.DistilBertForSequenceClassification, hf.DistilBertConfig(
        vocab_size=50, dim=16, n_layers=3, n_heads=2, hidden_dim=40, max_position_embeddings=20, activation="relu",
        num_labels=4, problem_type="multi_label_classification"), "multi_label"),
    "roberta_tokencls": (hf.RobertaForTokenClassification, hf.RobertaConfig(
        **{**ENCODER, "type_vocab_size": 1}, num_labels=3, pad_token_id=1), "token_classification"),
    "bert_prompt": (hf.BertForMaskedLM, hf.BertConfig(**ENCODER, hidden_act="relu"), "masked_prompt"),
    "roberta_prompt": (hf.RobertaForMaskedLM, hf.RobertaConfig(
        **{**ENCODER, "type_vocab_size": 1}, pad_token_id=1), "masked_prompt"),
    "gpt2_cls": (hf.GPT2ForSequenceClassification, hf.GPT2Config(
        **GPT2, num_labels=3, pad_token_id=0, scale_attn_by_inverse_layer_idx=True, n_inner=24), "classification"),
    "gpt2_lm": (hf.GPT2LMHeadModel, hf.GPT2Config(**GPT2), "causal_lm"),
    "gpt2_untied": (hf.GPT2LMHeadModel, hf.GPT2Config(
        **GPT2, tie_word_embeddings=False, activation_function="relu"), "causal_lm"),
    "llama_cls": (hf.LlamaForSequenceClassification, hf.LlamaConfig(
        **LLAMA, num_labels=3, pad_token_id=0, attention_bias=True, mlp_bias=True), "classification"),
    "llama_tied": (hf.LlamaForCausalLM, hf.LlamaConfig(
        **{**LLAMA, "num_key_value_heads": 4}, head_dim=6, tie_word_embeddings=True, rope_theta=500.0), "causal_lm"),
    "llama_scaled": (hf.LlamaForCausalLM, hf.LlamaConfig(
        **LLAMA, rope_scaling=dict(rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
                                   original_max_position_embeddings=16), rope_theta=10000.0), "causal_lm"),
}
SEEDS = sorted(name for name, (_, _, task) in CASES.items() if task != "masked_prompt")
ROWS, LENGTH = 4, 9
MASK, WORDS = 2, [31, 7, 10]  # the mask's id, and those of the classes' words


def shake(model, generator):
    """Random biases and norms: as they are initialised, they would hide faults."""
    for name, parameter in model.named_parameters():
        noise = torch.randn(parameter.shape, generator=generator) * (0.2 if parameter.dim() == 1 else 0.15)
        parameter.data = (parameter.data if parameter.dim() == 1 else 0) + noise


def batch(config, task, generator):
    pad = config.pad_token_id if config.pad_token_id is not None else 0
    ids = torch.randint(3, config.vocab_size, (ROWS, LENGTH), generator=generator)
    lengths = torch.tensor([LENGTH, 5, 7, 2])
    mask = (torch.arange(LENGTH)[None] < lengths[:, None]).long()
    ids = torch.where(mask == 1, ids, pad)
    inputs = {"input_ids": ids, "attention_mask": mask}
    if getattr(config, "type_vocab_size", 1) > 1:
        inputs["token_type_ids"] = torch.randint(0, 2, ids.shape, generator=generator) * mask
    if task == "masked_prompt":
        for row, place in enumerate([0, 4, 6, 1]):
            ids[row, place] = MASK
        label = torch.randint(0, len(WORDS), (ROWS,), generator=generator)
    elif task == "classification":
        label = torch.randint(0, config.num_labels, (ROWS,), generator=generator)
    elif task == "multi_label":
        label = torch.randint(0, 2, (ROWS, config.num_labels), generator=generator)
    elif task == "token_classification":
        label = torch.randint(0, config.num_labels, ids.shape, generator=generator)
        label[:, 1::3] = -100
        label[mask == 0] = -100
    else:
        label = ids.clone()
        label[:, :2] = -100  # a prompt
        label[mask == 0] = -100
    return inputs, label


def losses(logits, label, task):
    if task in ("classification", "masked_prompt"):
        return F.cross_entropy(logits, label, reduction="none")
    if task == "multi_label":
        return F.binary_cross_entropy_with_logits(logits, label.double(), reduction="none").mean(1)
    if task == "causal_lm":
        logits, label = logits[:, :-1], label[:, 1:]
    rows = []
    for i in range(ROWS):
        said = label[i] != -100
        rows.append(F.cross_entropy(logits[i][said], label[i][said]) if said.any() else logits[i].sum() * 0)
    return torch.stack(rows)


def write(name, folder):
    cls, config, task = CASES[name]
    generator = torch.Generator().manual_seed(sum(name.encode()) if task == "masked_prompt" else SEEDS.index(name))
    torch.manual_seed(0)
    model = cls(config)
    shake(model, generator)
    model.tie_weights()
    model.save_pretrained(folder)
    for extra in ("generation_config.json",):
        if os.path.exists(os.path.join(folder, extra)):
            os.remove(os.path.join(folder, extra))
    model = model.double().eval()
    inputs, label = batch(config, task, generator)
    logits = model(**inputs).logits
    if task == "masked_prompt":
        logits = logits[inputs["input_ids"] == MASK][:, WORDS]
        with open(os.path.join(folder, "config.json")) as file:
            saved = json.load(file)
        saved["sotto_prompt"] = {"template": "{text} {mask}", "mask_id": MASK, "word_ids": WORDS}
        with open(os.path.join(folder, "config.json"), "w") as file:
            json.dump(saved, file, indent=2)
    loss = losses(logits, label, task)
    head = [n for n in dict(model.named_parameters()) if n.endswith("weight") and n.split(".")[0] in ("classifier", "score")]
    vocabulary = ("cls.predictions.bias", "lm_head.bias")  # stays as it is
    trained = {n: p for n, p in model.named_parameters() if (p.dim() == 1 or n in head) and n not in vocabulary}
    gradients = [torch.autograd.grad(loss[i], list(trained.values()), retain_graph=True, allow_unused=True)
                 for i in range(ROWS)]
    expected = {f"input/{k}": v for k, v in inputs.items()}
    expected.update(label=label, logits=logits.detach(), loss_per_sample=loss.detach())
    per_row = {n: torch.stack([gradients[i][j] for i in range(ROWS)]) for j, n in enumerate(trained)
               if gradients[0][j] is not None}
    expected.update({f"grad_sample/{n}": g for n, g in per_row.items()})
    kinds = {"bitfit": [n for n in per_row if n.endswith("bias")]}
    kinds["bitfit_head"] = kinds["bitfit"] + head
    for kind, names in kinds.items():
        if names:
            norm = sum(per_row[n].flatten(1).square().sum(1) for n in names).sqrt()
            factor = 1 / (norm + 0.01)
            expected[f"{kind}/norm"] = norm
            expected[f"{kind}/autos_R1_g0.01/factor"] = factor
            for n in names:
                expected[f"{kind}/autos_R1_g0.01/sum/{n}"] = torch.einsum("r,r...->...", factor, per_row[n])
    save_file({k: (v.float() if v.is_floating_point() else v).contiguous() for k, v in expected.items()},
              os.path.join(folder, "expected.safetensors"))
    size = sum(os.path.getsize(os.path.join(folder, f)) for f in os.listdir(folder))
    print(name, sum(p.numel() for p in model.parameters()), "numbers", size, "bytes", json.dumps(norm_of(per_row)))


def norm_of(per_row):
    return {n: float(g.abs().max()) for n, g in per_row.items() if float(g.abs().max()) < 1e-12}


if __name__ == "__main__":
    for case in sys.argv[2:] or CASES:
        os.makedirs(os.path.join(sys.argv[1], case), exist_ok=True)
        write(case, os.path.join(sys.argv[1], case))
