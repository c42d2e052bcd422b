"""Goldens of decoding: small files of every kind, and the pixels that OpenCV and Pillow read from them.

Writes packages/node-adapter/test/golden/images.json. Run from anywhere:
    python oracles/images.py
"""

import base64
import io
import json
import zlib
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

GOLDEN = Path(__file__).resolve().parent.parent / "packages" / "node-adapter" / "test" / "golden"


def picture(height, width, seed=0):
    """Gradients, edges and noise: what each step of a decoder could get wrong."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width]
    channels = [(x * 7 + y * 3) % 256, (y * 5 + seed * 40) % 256, (x * x // 9 + y) % 256]
    image = np.stack(channels, -1).astype(np.int32)
    image[: height // 3] += rng.integers(-40, 40, (height // 3, width, 3))
    return np.clip(image, 0, 255).astype(np.uint8)


def encode(image, **options):
    buffer = io.BytesIO()
    image.save(buffer, **options)
    return buffer.getvalue()


def crc(pixels):
    return zlib.crc32(np.ascontiguousarray(pixels).tobytes())


def sized(bytes_, pixels, sizes):
    """Checksums of what OpenCV makes of an image, and Pillow's pixels, which are to be met within one level."""
    resized = []
    for height, width in sizes:
        bilinear = cv2.resize(pixels, (width, height), interpolation=cv2.INTER_LINEAR)
        smooth = np.asarray(Image.fromarray(pixels).resize((width, height), Image.BILINEAR))
        resized.append(
            {
                "size": [height, width],
                "bilinear": crc(bilinear),
                "antialias": base64.b64encode(smooth.tobytes()).decode(),
            }
        )
    return resized


def jpeg_cases():
    """Baseline JPEG as OpenCV decodes it, to the last bit."""
    cases = []
    shapes = [(1, 1), (8, 8), (16, 16), (17, 33), (40, 61), (5, 7), (31, 3), (64, 20)]
    for index, (height, width) in enumerate(shapes):
        for subsampling in (0, 1, 2):
            options = {"quality": [30, 75, 95, 100][(index + subsampling) % 4], "subsampling": subsampling}
            if index % 3 == 1:
                options["restart_marker_blocks"] = 1 + index % 4
            if index % 4 == 2:
                options["optimize"] = True
            cases.append((f"{height}x{width}", Image.fromarray(picture(height, width, index)), options))
        cases.append((f"{height}x{width}", Image.fromarray(picture(height, width, index)).convert("L"), {"quality": 90}))
    cases.append(("progressive", Image.fromarray(picture(40, 61, 1)), {"quality": 80, "progressive": True}))
    written = []
    for name, image, options in cases:
        bytes_ = encode(image, format="JPEG", **options)
        pixels = cv2.cvtColor(cv2.imdecode(np.frombuffer(bytes_, np.uint8), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
        shrunk = [(max(1, pixels.shape[0] // 3), max(1, pixels.shape[1] // 4)), (9, 11)]
        written.append(
            {
                "name": f"{name} {image.mode} {options}",
                "bytes": base64.b64encode(bytes_).decode(),
                "height": pixels.shape[0],
                "width": pixels.shape[1],
                "pixels": crc(pixels),
                "resized": sized(bytes_, pixels, shrunk if image.mode == "RGB" else shrunk[:1]),
            }
        )
    return written


def format_cases():
    """Other kinds of files, with the RGB pixels that are expected of them and how near they have to come."""
    colour = picture(12, 15)
    image = Image.fromarray(colour)
    grey = image.convert("L")
    grey_rgb = np.asarray(grey.convert("RGB"))
    alpha = image.copy()
    alpha.putalpha(Image.fromarray((np.mgrid[0:12, 0:15][1] * 17).astype(np.uint8)))
    over_black = np.asarray(alpha).astype(np.float64)
    over_black = np.round(over_black[..., :3] * over_black[..., 3:] / 255).astype(np.uint8)
    one_bit = image.convert("1")
    palette = image.quantize(17)
    small_range = (np.mgrid[0:12, 0:15][1] * 3 + 500).astype(np.uint16)
    wide = (np.asarray(grey).astype(np.uint16)) * 257
    cmyk = image.convert("CMYK")
    plain = {"pixels": np.asarray(image), "within": 0}
    cases = [
        ("PNG", encode(image, format="PNG"), plain["pixels"], 0),
        ("PNG grey", encode(grey, format="PNG"), grey_rgb, 0),
        ("PNG 1-bit", encode(one_bit, format="PNG"), np.asarray(one_bit.convert("RGB")), 0),
        ("PNG palette", encode(palette, format="PNG"), np.asarray(palette.convert("RGB")), 0),
        ("PNG 4-bit palette", encode(image.quantize(9), format="PNG", bits=4), np.asarray(image.quantize(9).convert("RGB")), 0),
        ("PNG alpha", encode(alpha, format="PNG"), over_black, 1),
        ("PNG grey and alpha", encode(alpha.convert("LA"), format="PNG"), None, 1),
        ("PNG 16-bit grey", encode(Image.fromarray(wide), format="PNG"), grey_rgb, 0),
        ("PNG 16-bit grey, small range", encode(Image.fromarray(small_range), format="PNG"), np.repeat((small_range // 256).astype(np.uint8)[..., None], 3, -1), 1),
        ("WebP lossless", encode(image, format="WEBP", lossless=True), plain["pixels"], 0),
        ("TIFF", encode(image, format="TIFF"), plain["pixels"], 0),
        ("TIFF LZW", encode(image, format="TIFF", compression="tiff_lzw"), plain["pixels"], 0),
        ("TIFF 16-bit grey", encode(Image.fromarray(wide), format="TIFF"), grey_rgb, 0),
        ("TIFF 1-bit group 4", encode(one_bit, format="TIFF", compression="group4"), np.asarray(one_bit.convert("RGB")), 0),
        ("TIFF first of two pages", encode(image, format="TIFF", save_all=True, append_images=[grey.convert("RGB")]), plain["pixels"], 0),
        ("GIF", encode(palette, format="GIF"), np.asarray(palette.convert("RGB")), 0),
        ("GIF first of two frames", encode(palette, format="GIF", save_all=True, append_images=[image.transpose(0).quantize(17)]), np.asarray(palette.convert("RGB")), 0),
        # Adobe's CMYK is stored inverted; both Pillow and libvips undo that. Without a profile colours are a convention.
        ("JPEG CMYK, Adobe's inversion", encode(cmyk, format="JPEG", quality=98, subsampling=0), np.asarray(cmyk.convert("RGB")), 60),
    ]
    la = np.asarray(alpha.convert("LA")).astype(np.float64)
    la_black = np.round(la[..., :1] * la[..., 1:] / 255).astype(np.uint8).repeat(3, -1)
    return [
        {
            "name": name,
            "bytes": base64.b64encode(bytes_).decode(),
            "height": 12,
            "width": 15,
            "pixels": base64.b64encode(np.ascontiguousarray(la_black if pixels is None else pixels).tobytes()).decode(),
            "within": within,
        }
        for name, bytes_, pixels, within in cases
    ]


def turned_cases():
    """A JPEG under each of the eight EXIF orientations, as OpenCV turns it."""
    written = []
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        bytes_ = encode(Image.fromarray(picture(24, 40)), format="JPEG", quality=90, exif=exif)
        pixels = cv2.cvtColor(cv2.imdecode(np.frombuffer(bytes_, np.uint8), cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)
        written.append(
            {
                "orientation": orientation,
                "bytes": base64.b64encode(bytes_).decode(),
                "height": pixels.shape[0],
                "width": pixels.shape[1],
                "pixels": crc(pixels),
            }
        )
    return written


GOLDEN.mkdir(parents=True, exist_ok=True)
document = {"jpeg": jpeg_cases(), "formats": format_cases(), "turned": turned_cases()}
(GOLDEN / "images.json").write_text(json.dumps(document, separators=(",", ":")) + "\n")
