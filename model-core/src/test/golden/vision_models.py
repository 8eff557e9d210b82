"""Tiny random-weight checkpoints of image models with what Hugging Face transformers computes for them in float64.

    python3 vision_models.py ../resources/vectors/hf-small [name ...]

Each folder gets config.json and model.safetensors as save_pretrained writes them, and expected.safetensors laid out as
`sotto check-model --reference` takes it, its numbers rounded to float32. Gradients are autograd's, one image's loss at a
time. Made with torch 2.13 and transformers 5.18. Without names, all are made: more than lie in the repository.
"""

import pathlib
import sys

import torch
from torch.nn import functional
from safetensors.torch import save_file
from transformers import (
    BeitConfig,
    BeitForImageClassification,
    DeiTConfig,
    DeiTForImageClassification,
    DeiTForImageClassificationWithTeacher,
    ResNetConfig,
    ResNetForImageClassification,
    ViTConfig,
    ViTForImageClassification,
)

IMAGES = 3


def tiny(config, **changes):
    settings = dict(
        hidden_size=12, num_hidden_layers=2, num_attention_heads=3, intermediate_size=20, image_size=12, patch_size=4,
        num_labels=4, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
    )
    if config is BeitConfig:
        settings.update(drop_path_rate=0.0)
    settings.update(changes)
    return config(**settings)


def net(**changes):
    settings = dict(embedding_size=4, hidden_sizes=[8, 12], depths=[1, 2], layer_type="basic", num_labels=4)
    settings.update(changes)
    return ResNetConfig(**settings)


MODELS = {
    "vit_no_qkv_bias": (ViTForImageClassification, tiny(ViTConfig, qkv_bias=False)),
    "vit_one_layer": (ViTForImageClassification, tiny(ViTConfig, num_hidden_layers=1, num_attention_heads=1)),
    "vit_regression": (ViTForImageClassification, tiny(ViTConfig, num_labels=1)),
    "vit_multi_label": (ViTForImageClassification, tiny(ViTConfig, problem_type="multi_label_classification")),
    "vit_two_labels": (ViTForImageClassification, tiny(ViTConfig, num_labels=2)),
    "vit_gray": (ViTForImageClassification, tiny(ViTConfig, num_channels=1)),
    "vit_odd_edges": (ViTForImageClassification, tiny(ViTConfig, image_size=[15, 10], patch_size=[4, 3])),
    "vit_large_epsilon": (ViTForImageClassification, tiny(ViTConfig, layer_norm_eps=0.1)),
    "deit_teacher": (DeiTForImageClassificationWithTeacher, tiny(DeiTConfig)),
    "deit_one_layer": (DeiTForImageClassification, tiny(DeiTConfig, num_hidden_layers=1)),
    "deit_no_qkv_bias": (DeiTForImageClassification, tiny(DeiTConfig, qkv_bias=False, hidden_act="gelu_new")),
    "beit_plain": (BeitForImageClassification, tiny(BeitConfig, layer_scale_init_value=0.0)),
    "beit_both_biases": (
        BeitForImageClassification,
        tiny(BeitConfig, use_relative_position_bias=True, use_shared_relative_position_bias=True),
    ),
    "beit_first_token": (
        BeitForImageClassification,
        tiny(BeitConfig, use_relative_position_bias=True, use_mean_pooling=False, num_hidden_layers=1),
    ),
    "beit_absolute": (BeitForImageClassification, tiny(BeitConfig, use_absolute_position_embeddings=True)),
    "beit_left_over": (BeitForImageClassification, tiny(BeitConfig, image_size=14, use_relative_position_bias=True)),
    "resnet_early": (
        ResNetForImageClassification,
        net(layer_type="bottleneck", downsample_in_first_stage=True, downsample_in_bottleneck=True),
    ),
    "resnet_same_width": (ResNetForImageClassification, net(embedding_size=8, hidden_sizes=[8, 8], depths=[2, 1])),
    "resnet_gelu": (ResNetForImageClassification, net(hidden_act="gelu", num_channels=1, hidden_sizes=[8])),
}
for act in ["gelu_new", "gelu_fast", "quick_gelu", "relu", "silu", "gelu_pytorch_tanh", "gelu_10", "relu2", "mish"]:
    MODELS["vit_" + act] = (ViTForImageClassification, tiny(ViTConfig, hidden_act=act))
for act in ["silu", "leaky_relu", "tanh", "relu6"]:
    MODELS["resnet_" + act] = (ResNetForImageClassification, net(hidden_act=act))
MODELS["resnet_gelu"][1].depths = [2]


def randomised(model, generator):
    """Every parameter away from where it starts, so that none can be left out unnoticed."""
    with torch.no_grad():
        for name, value in model.named_parameters():
            noise = torch.randn(value.shape, generator=generator, dtype=torch.float64)
            if value.dim() == 1 and (name.endswith("weight") or "lambda" in name):
                value.copy_(1 + 0.3 * noise)
            elif value.dim() == 1:
                value.copy_(0.3 * noise)
            elif "position" in name or "token" in name:
                value.copy_(0.5 * noise)
            else:
                value.copy_(noise / (value[0].numel() ** 0.5))
        for name, value in model.named_buffers():
            if name.endswith("running_mean"):
                value.copy_(0.2 * torch.randn(value.shape, generator=generator, dtype=torch.float64))
            elif name.endswith("running_var"):
                value.copy_(0.5 + torch.rand(value.shape, generator=generator, dtype=torch.float64))
            elif name.endswith("num_batches_tracked"):
                value.fill_(17)
    return model.float()  # the stored weights are exactly those that are computed with


def losses(model, pixels, labels):
    logits = model(pixel_values=pixels).logits
    if model.config.problem_type == "multi_label_classification":
        each = functional.binary_cross_entropy_with_logits(logits, labels.double(), reduction="none").mean(1)
    elif logits.shape[1] == 1:
        each = (logits[:, 0] - labels) ** 2
    else:
        each = functional.cross_entropy(logits, labels, reduction="none")
    return logits, each


def write(folder, kind, config, seed):
    generator = torch.Generator().manual_seed(seed)
    model = randomised(kind(config).double(), generator).eval()
    model.save_pretrained(folder)
    names = name_in_file(folder)
    model = model.double()
    size = getattr(config, "image_size", [33, 29])
    height, width = size if isinstance(size, (list, tuple)) else (size, size)
    pixels = torch.randn((IMAGES, config.num_channels, height, width), generator=generator)
    outputs = config.num_labels
    if config.problem_type == "multi_label_classification":
        labels = torch.randint(0, 2, (IMAGES, outputs), generator=generator)
    elif outputs == 1:
        labels = torch.randn(IMAGES, generator=generator)
    else:
        labels = torch.randint(0, outputs, (IMAGES,), generator=generator)
    logits, each = losses(model, pixels.double(), labels)
    trained = {
        name: value
        for name, value in model.named_parameters()
        if name.endswith(".bias") or "norm" in name or ("classifier" in name and name.endswith("weight"))
    }
    gradients = {name: [] for name in trained}
    for i in range(IMAGES):
        one = losses(model, pixels[i : i + 1].double(), labels[i : i + 1])[1].sum()
        for name, gradient in zip(trained, torch.autograd.grad(one, list(trained.values()))):
            gradients[name].append(gradient)
    rows = {names(name): torch.stack(gradient) for name, gradient in gradients.items()}
    expected = {"input/pixel_values": pixels, "label": labels, "logits": logits.detach(), "loss_per_sample": each.detach()}
    expected.update({"grad_sample/" + name: gradient for name, gradient in rows.items()})
    biases = [name for name in rows if name.endswith("bias")]
    heads = [name for name in rows if "classifier" in name and name.endswith("weight")]
    for kind, part in [("bitfit", biases), ("bitfit_head", biases + heads)]:
        norm = sum(rows[name].flatten(1).square().sum(1) for name in part).sqrt()
        factor = 1 / (norm + 0.01)
        expected[kind + "/norm"] = norm
        expected[kind + "/autos_R1_g0.01/factor"] = factor
        for name in part:
            expected[kind + "/autos_R1_g0.01/sum/" + name] = torch.einsum("r,r...->...", factor, rows[name])
    stored = {key: (value.float() if value.is_floating_point() else value) for key, value in expected.items()}
    save_file({key: value.contiguous() for key, value in stored.items()}, folder / "expected.safetensors")


def name_in_file(folder):
    """transformers 5 has other names in memory than in the file: translated where the file has them."""
    from safetensors import safe_open

    with safe_open(folder / "model.safetensors", "pt") as file:
        stored = set(file.keys())
    pairs = [
        (".layers.", ".encoder.layer."), (".attention.q_proj.", ".attention.attention.query."),
        (".attention.k_proj.", ".attention.attention.key."), (".attention.v_proj.", ".attention.attention.value."),
        (".attention.o_proj.", ".attention.output.dense."), (".mlp.fc1.", ".intermediate.dense."),
        (".mlp.fc2.", ".output.dense."),
    ]

    def name(live):
        if live in stored:
            return live
        for ours, theirs in pairs:
            live = live.replace(ours, theirs)
        assert live in stored, live
        return live

    return name


if __name__ == "__main__":
    for number, (name, (kind, config)) in enumerate(MODELS.items()):
        if len(sys.argv) < 3 or name in sys.argv[2:]:
            target = pathlib.Path(sys.argv[1]) / name
            target.mkdir(parents=True, exist_ok=True)
            write(target, kind, config, 1000 + number)
