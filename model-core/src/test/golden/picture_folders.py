"""Makes the folders of PictureFoldersTest: tiny models of images with random weights as transformers saves them, and their answers.

    pip install torch transformers pillow
    python picture_folders.py ../resources

The pictures are the files of golden/images/rows.json, each once, and those made here for golden/images/odd.json: odd in their sizes,
kinds and orientations, some of them cut off. Each folder holds what save_pretrained writes and expected.safetensors: the logits of every picture, of one that Pillow does
not read NaN. Pillow resizes (backend="pil"), the model computes in 64 bits.
"""

import base64
import io
import json
import random
import sys
from importlib.metadata import version
from pathlib import Path

import numpy
import torch
import transformers as hf
from image_rows import b64, encoded, exif, noise
from PIL import Image, ImageOps
from safetensors.torch import save_file
from vision_models import randomised

SIZES = [(1, 1), (1, 40), (40, 1), (2, 3), (16, 16), (15, 17), (33, 20), (20, 33), (48, 48), (7, 60)]
EDGE = dict(image_size=16, num_labels=3)
SMALL = dict(hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=8, patch_size=4, **EDGE)
NET = dict(embedding_size=4, hidden_sizes=[4, 8], num_labels=3)
SQUARE = {"height": 16, "width": 16}
CASES = {
    "vit": (hf.ViTForImageClassification(hf.ViTConfig(**SMALL)), hf.ViTImageProcessor(size=SQUARE)),
    "deit": (hf.DeiTForImageClassification(hf.DeiTConfig(**SMALL)), hf.DeiTImageProcessor(size={"height": 19, "width": 19}, crop_size=SQUARE)),
    "deit-teacher": (hf.DeiTForImageClassificationWithTeacher(hf.DeiTConfig(**SMALL)),
                     hf.ViTImageProcessor(size=SQUARE, resample=0, image_mean=[0.485, 0.456, 0.406], image_std=[0.229, 0.224, 0.225])),
    "beit": (hf.BeitForImageClassification(hf.BeitConfig(use_relative_position_bias=True, **SMALL)), hf.BeitImageProcessor(size=SQUARE)),
    "beit-cropped": (hf.BeitForImageClassification(hf.BeitConfig(use_absolute_position_embeddings=True, use_mean_pooling=False, **SMALL)),
                     hf.BeitImageProcessor(size={"height": 18, "width": 20}, crop_size=SQUARE, do_center_crop=True, resample=2)),
    "resnet": (hf.ResNetForImageClassification(hf.ResNetConfig(depths=[1, 2], layer_type="basic", **NET)),
               hf.ConvNextImageProcessor(size={"shortest_edge": 21}, crop_pct=0.875)),
    "resnet-bottleneck": (hf.ResNetForImageClassification(hf.ResNetConfig(depths=[1, 1], layer_type="bottleneck", **NET)),
                          hf.ConvNextImageProcessor(size={"shortest_edge": 24}, crop_pct=0.75, resample=2)),
}


def odd():
    """Every size, each as several kinds of file."""
    choose = random.Random(16)
    for index, (height, width) in enumerate(SIZES):
        picture = Image.fromarray(noise(height, width, 4, 100 + index), "RGBA")
        for mode in ["RGB", "L", "RGBA", "P"]:
            converted = picture.convert("RGB").convert(mode) if mode != "RGBA" else picture
            turn = choose.randrange(1, 9)
            jpeg = mode in ("RGB", "L") and choose.random() < 0.6
            options = dict(quality=choose.randrange(20, 96), progressive=choose.random() < 0.3, exif=exif(turn)) if jpeg else dict(exif=exif(turn)[6:])
            yield f"{height} x {width} {mode} {'jpeg' if jpeg else 'png'} of orientation {turn}", encoded(converted, "JPEG" if jpeg else "PNG", **options)
        inks = Image.fromarray(noise(height, width, 4, 200 + index), "CMYK")
        yield f"{height} x {width} CMYK", encoded(inks, "JPEG", quality=80)
    whole = {form: encoded(picture.convert("RGB"), form) for form in ("PNG", "JPEG")}
    for form, file in whole.items():
        yield f"{form} without its end", file[: len(file) * 2 // 3]
        yield f"{form}, its head alone", file[:20]
    yield "nothing", b""
    yield "no picture", b"this is a text\n" * 9


def pixels(processor, file):
    try:
        image = ImageOps.exif_transpose(Image.open(io.BytesIO(file))).convert("RGB")
    except OSError:
        return None
    return processor(image, return_tensors="pt")["pixel_values"][0].double()


def main(resources):
    files = list(dict.fromkeys(row[1] for row in json.loads((resources / "golden/images/rows.json").read_text())["rows"]))
    made = [[name, b64(file)] for name, file in odd()]
    target = resources / "vectors/pictures"
    target.mkdir(parents=True, exist_ok=True)
    origin = "model-core/src/test/golden/picture_folders.py with " + ", ".join(
        f"{name} {version(name)}" for name in ("transformers", "torch", "pillow", "numpy"))
    lines = ",\n".join(json.dumps(line) for line in made)
    (resources / "golden/images/odd.json").write_text('{"origin": %s,\n "rows": [\n%s\n]}\n' % (json.dumps(origin), lines))
    everything = [base64.b64decode(file) for file in files + [file for _, file in made]]
    for seed, (name, (model, processor)) in enumerate(CASES.items()):
        folder = target / name
        model = randomised(model.double().eval(), torch.Generator().manual_seed(seed))
        model.save_pretrained(folder)
        processor.save_pretrained(folder)
        model.double()
        loaded = hf.AutoImageProcessor.from_pretrained(folder, backend="pil")
        with torch.no_grad():
            answers = [model(pixel_values=values[None]).logits[0] if values is not None else torch.full([3], numpy.nan)
                       for values in (pixels(loaded, file) for file in everything)]
        save_file({"logits": torch.stack(answers).float()}, folder / "expected.safetensors")
        print(name, type(loaded).__name__, len(answers), sum(bool(a.isnan().any()) for a in answers))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
