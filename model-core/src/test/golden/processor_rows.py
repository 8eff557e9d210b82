"""Makes the golden rows of ImageSettingsTest: images as Hugging Face's and torchvision's own preprocessing leave them.

    pip install pillow numpy torch torchvision transformers
    python processor_rows.py OUTPUT_FILE

A row names a processor (a class of transformers, or torchvision), holds its preprocessor_config.json (for torchvision:
the edge to resize to and the crop), the PNG file and the float32 values [channels, height, width] that the model takes;
bytes in base64.
"""

import io
import json
import sys

import numpy
import torch
import torchvision
import transformers
from image_rows import b64, encoded, noise
from PIL import Image
from torchvision.transforms import InterpolationMode
from torchvision.transforms import functional

MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
SQUARE = {"height": 14, "width": 14}
CONFIGS = [
    ("ViTImageProcessor", {"size": SQUARE, "resample": 2}),
    ("ViTImageProcessor", {"size": {"height": 9, "width": 15}, "resample": 3, "do_normalize": False}),
    ("ViTImageProcessor", {"size": 14, "resample": 0, "do_rescale": False}),
    ("DeiTImageProcessor", {"size": {"height": 17, "width": 17}, "crop_size": SQUARE, "resample": 3}),
    ("BeitImageProcessor", {"size": {"height": 16, "width": 16}, "crop_size": SQUARE, "do_center_crop": True}),
    ("BeitImageProcessor", {"size": SQUARE, "do_center_crop": False, "rescale_factor": 0.01}),
    ("ConvNextImageProcessor", {"size": {"shortest_edge": 15}, "crop_pct": 0.875, "resample": 3}),
    ("ConvNextImageProcessor", {"size": {"shortest_edge": 384}, "resample": 2}),
    ("CLIPImageProcessor", {"size": {"shortest_edge": 17}, "crop_size": SQUARE, "resample": 3}),
    ("CLIPImageProcessor", {"size": {"shortest_edge": 10}, "crop_size": {"height": 13, "width": 19}}),
    ("CLIPImageProcessor", {"do_resize": False, "crop_size": {"height": 20, "width": 40}}),
]
CROPS = [(20, (14, 14)), (17, (14, 14)), (16, (16, 16)), (12, (11, 33)), (10, (13, 19))]


def rows():
    for height, width in [(23, 31), (34, 21)]:
        image = Image.fromarray(noise(height, width, 3, height))
        file = encoded(image, "PNG")
        for name, options in CONFIGS:
            if options["size" if "size" in options else "crop_size"] == {"shortest_edge": 384} and height > 30:
                continue  # one large row is enough
            processor = getattr(transformers, name + "Pil")(image_mean=MEAN, image_std=STD, **options)
            values = processor(image, return_tensors="np")["pixel_values"][0]
            config = json.loads(processor.to_json_string())
            config["size"] = options.get("size", config["size"])
            if config["size"] == {"shortest_edge": 384}:
                values = values[:, ::16, ::16]  # every sixteenth pixel keeps the file small
            yield [name, config, b64(file), b64(values.astype("<f4").tobytes())]
        for edge, crop in CROPS:
            small = functional.resize(image, edge, InterpolationMode.BILINEAR, antialias=True)
            values = functional.normalize(functional.to_tensor(functional.center_crop(small, crop)), MEAN, STD)
            yield ["torchvision", {"resize": edge, "crop": crop}, b64(file), b64(values.numpy().astype("<f4").tobytes())]


def main(output):
    origin = (
        f"model-core/src/test/golden/processor_rows.py with transformers {transformers.__version__}, torchvision "
        f"{torchvision.__version__}, torch {torch.__version__}, numpy {numpy.__version__}"
    )
    lines = ",\n".join(json.dumps(line) for line in rows())
    with open(output, "w") as out:
        out.write('{"origin": %s,\n "rows": [\n%s\n]}\n' % (json.dumps(origin), lines))


if __name__ == "__main__":
    main(*sys.argv[1:])
