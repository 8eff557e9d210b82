"""Makes the golden rows of ImageEncoderGoldenTest: what Pillow makes of small images of every kind.

    pip install pillow numpy
    python image_rows.py OUTPUT_FOLDER

A row names a kind of image, holds the file, the height and width it is resized to, Pillow's number of the resampling,
the window (top, left, height, width) and Pillow's pixels there, channels first, 8 bits; bytes in base64. Images are turned as exif_transpose turns them, as pipelines and data sets do.
"""

import base64
import io
import json
import struct
import sys
import zlib

import numpy
from PIL import Image, ImageCms, ImageOps, PngImagePlugin, __version__


def noise(height, width, channels, seed):
    """Smooth colours with noise on top: flat, steep and clipped places."""
    random = numpy.random.default_rng(seed)
    y, x = numpy.mgrid[0:height, 0:width]
    planes = [
        127 + 150 * numpy.sin(x / (3 + c) + y / (5 + 2 * c)) + random.normal(0, 30, (height, width))
        for c in range(channels)
    ]
    return numpy.clip(numpy.stack(planes, -1), 0, 255).astype(numpy.uint8)


def encoded(image, form, **options):
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def png16(pixels, colour_type):
    """A 16-bit PNG, which Pillow cannot write in colour."""
    height, width = pixels.shape[:2]
    raw = b"".join(b"\0" + pixels[y].astype(">u2").tobytes() for y in range(height))

    header = struct.pack(">IIBBBBB", width, height, 16, colour_type, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def odd_profile():
    """sRGB with red and green exchanged: whoever follows it changes every colour."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile.replace(b"rXYZ", b"tXYZ").replace(b"gXYZ", b"rXYZ").replace(b"tXYZ", b"gXYZ")


def with_gamma(png):
    after_header = 8 + 25
    return png[:after_header] + chunk(b"gAMA", struct.pack(">I", 10000)) + png[after_header:]


def images():
    rgb = Image.fromarray(noise(23, 31, 3, 1))
    rgba = Image.fromarray(noise(23, 31, 4, 2), "RGBA")
    gray = Image.fromarray(noise(23, 31, 1, 3)[..., 0])
    palette = rgb.quantize(50)
    yield "png rgb", encoded(rgb, "PNG")
    yield "png rgb with a colour profile and gamma", with_gamma(encoded(rgb, "PNG", icc_profile=odd_profile()))
    yield "png rgba", encoded(rgba, "PNG")
    yield "png gray", encoded(gray, "PNG")
    yield "png gray and alpha", encoded(Image.merge("LA", [gray, rgba.getchannel("A")]), "PNG")
    yield "png palette", encoded(palette, "PNG")
    yield "png palette of 16", encoded(rgb.quantize(16), "PNG", bits=4)
    yield "png palette with a transparent colour", encoded(palette, "PNG", transparency=7)
    yield "png palette with alpha", encoded(palette, "PNG", transparency=bytes(range(0, 250, 5)))
    yield "png gray with a transparent value", encoded(gray, "PNG", transparency=100)
    yield "png rgb with a transparent colour", encoded(rgb, "PNG", transparency=rgb.getpixel((3, 3)))
    yield "png black and white", encoded(gray.convert("1"), "PNG")
    yield "png rgb of 16 bits", png16(noise(23, 31, 3, 4).astype(numpy.uint16) * 251, 2)
    yield "jpeg 4:2:0", encoded(rgb, "JPEG", quality=90, subsampling=2)
    yield "jpeg 4:2:2", encoded(rgb, "JPEG", quality=60, subsampling=1)
    yield "jpeg 4:4:4", encoded(rgb, "JPEG", quality=95, subsampling=0)
    yield "jpeg progressive", encoded(rgb, "JPEG", quality=75, progressive=True)
    yield "jpeg gray", encoded(gray, "JPEG", quality=90)
    yield "jpeg with a colour profile", encoded(rgb, "JPEG", quality=90, icc_profile=odd_profile())
    yield "jpeg with an orientation", encoded(rgb, "JPEG", quality=90, exif=orientation())
    yield "jpeg rgb, untransformed", encoded(rgb, "JPEG", quality=90, keep_rgb=True)


def orientation():
    return exif(6)


def exif(value, end="<", type_code=3, count=1):
    """The EXIF of an orientation alone: one directory with one entry."""
    stored = struct.pack(end + ("H2x" if type_code == 3 else "I"), value)
    head = (b"II*\0" if end == "<" else b"MM\0*") + struct.pack(end + "IH", 8, 1)
    return b"Exif\0\0" + head + struct.pack(end + "HHI", 0x0112, type_code, count) + stored + bytes(4)


def xmp(value):
    return f'<rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="{value}"/>'


def turned():
    """Every orientation, and every place where it may stand."""
    rgb = Image.fromarray(noise(7, 5, 3, 6))
    gray = Image.fromarray(noise(7, 5, 1, 7)[..., 0])
    for value in range(10):
        yield f"jpeg of orientation {value}", encoded(rgb, "JPEG", exif=exif(value))
    yield "png of orientation 8", encoded(rgb, "PNG", exif=exif(8)[6:])
    yield "jpeg gray of orientation 5", encoded(gray, "JPEG", exif=exif(5))
    yield "jpeg of orientation 6, the other end first", encoded(rgb, "JPEG", exif=exif(6, end=">"))
    yield "jpeg of orientation 7 in 32 bits", encoded(rgb, "JPEG", exif=exif(7, type_code=4))
    yield "jpeg of orientation 6, twice", encoded(rgb, "JPEG", exif=exif(6, count=2))
    yield "jpeg of orientation 3 in XMP", encoded(rgb, "JPEG", xmp=xmp(3).encode())
    yield "jpeg of orientation 1 in EXIF and 3 in XMP", encoded(rgb, "JPEG", exif=exif(1), xmp=xmp(3).encode())
    text = PngImagePlugin.PngInfo()
    text.add_itxt("XML:com.adobe.xmp", xmp(6))
    yield "png of orientation 6 in XMP", encoded(rgb, "PNG", pnginfo=text)
    for packed in False, True:
        text = PngImagePlugin.PngInfo()
        text.add_text("Raw profile type exif", f"\nexif\n{len(exif(6))}\n{exif(6).hex()}\n", zip=packed)
        yield f"png of orientation 6 as ImageMagick writes it, packed {packed}", encoded(rgb, "PNG", pnginfo=text)


def inks():
    """CMYK as Adobe has it, without Adobe's marker, and as luminance, chrominance and black."""
    file = encoded(Image.fromarray(noise(7, 5, 4, 5), "CMYK"), "JPEG", quality=95, exif=exif(6))
    marker = file.index(b"\xff\xee")
    yield "jpeg cmyk", file
    yield "jpeg cmyk without Adobe's marker", file[:marker] + file[marker + 16:]
    yield "jpeg ycck", file[:marker + 15] + b"\2" + file[marker + 16:]


def row(kind, file, height, width, resample, window):
    image = ImageOps.exif_transpose(Image.open(io.BytesIO(file))).convert("RGB")
    image = image.resize((width, height), Image.Resampling(resample))
    top, left, window_height, window_width = window
    image = image.crop((left, top, left + window_width, top + window_height))
    pixels = numpy.asarray(image).transpose(2, 0, 1).tobytes()
    return [kind, b64(file), height, width, resample, list(window), b64(pixels)]


def b64(data):
    return base64.b64encode(data).decode()


def rows():
    for kind, file in images():
        # As stored, and through a resize in the model's manner.
        yield row(kind, file, 23, 31, 0, (0, 0, 23, 31))
        yield row(kind, file, 16, 21, 2, (1, 2, 14, 17))
    for kind, file in [*turned(), *inks()]:
        yield row(kind, file, 9, 8, 2, (0, 0, 9, 8))
    sizes = [(23, 31, 12, 12), (23, 31, 46, 62), (23, 31, 40, 11), (5, 64, 24, 24), (1, 1, 6, 9), (64, 3, 7, 7)]
    for index, (height, width, new_height, new_width) in enumerate(sizes):
        file = encoded(Image.fromarray(noise(height, width, 3, 10 + index)), "PNG")
        for resample in range(6):
            yield row("png size", file, new_height, new_width, resample, (0, 0, new_height, new_width))


def main(folder):
    origin = f"model-core/src/test/golden/image_rows.py with pillow {__version__}, numpy {numpy.__version__}"
    lines = ",\n".join(json.dumps(line) for line in rows())
    with open(f"{folder}/rows.json", "w") as out:
        out.write('{"origin": %s,\n "rows": [\n%s\n]}\n' % (json.dumps(origin), lines))


if __name__ == "__main__":
    main(*sys.argv[1:])
