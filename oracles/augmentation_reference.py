"""What Keras, Pillow and OpenCV make of an image: shared by augmentation.py and augmentation_differential.py."""

import cv2
import numpy as np
from keras.src.legacy.preprocessing.image import ImageDataGenerator, apply_affine_transform
from PIL import Image, ImageEnhance, ImageOps

AFFINE_DEFAULTS = {"theta": 0.0, "tx": 0.0, "ty": 0.0, "shear": 0.0, "zx": 1.0, "zy": 1.0}


def keras_affine(pixels, parameters, fill_mode, cval):
    """32-bit floats, as Keras' generator has them."""
    return apply_affine_transform(
        pixels.astype(np.float32),
        **parameters,
        row_axis=0,
        col_axis=1,
        channel_axis=2,
        fill_mode=fill_mode,
        cval=cval,
    )


def keras_generator(pixels, parameters):
    return ImageDataGenerator(fill_mode="reflect").apply_transform(pixels.astype(np.float32), parameters)


def adjust_hue(pixels, turn):
    """torchvision's adjust_hue for Pillow's images, without torchvision."""
    hue, saturation, value = Image.fromarray(pixels).convert("HSV").split()
    turned = np.array(hue, dtype=np.uint8) + np.array(int(turn * 255)).astype(np.uint8)
    return np.array(Image.merge("HSV", (Image.fromarray(turned, "L"), saturation, value)).convert("RGB"))


def clahe(pixels, limit):
    """On Y of YCrCb."""
    planes = cv2.cvtColor(pixels, cv2.COLOR_RGB2YCrCb)
    planes[..., 0] = cv2.createCLAHE(limit, (8, 8)).apply(np.ascontiguousarray(planes[..., 0]))
    return cv2.cvtColor(planes, cv2.COLOR_YCrCb2RGB)


def blur(pixels, sigma):
    return cv2.GaussianBlur(pixels, (13, 13), sigma, borderType=cv2.BORDER_REFLECT_101)


def pillow(change):
    return lambda pixels, value: np.array(change(Image.fromarray(pixels), value))


REFERENCES = {
    "brightness": pillow(lambda image, factor: ImageEnhance.Brightness(image).enhance(factor)),
    "contrast": pillow(lambda image, factor: ImageEnhance.Contrast(image).enhance(factor)),
    "saturation": pillow(lambda image, factor: ImageEnhance.Color(image).enhance(factor)),
    "sharpness": pillow(lambda image, factor: ImageEnhance.Sharpness(image).enhance(factor)),
    "hue": adjust_hue,
    "invert": pillow(lambda image, _: ImageOps.invert(image)),
    "posterize": pillow(lambda image, bits: ImageOps.posterize(image, int(bits))),
    "solarize": pillow(lambda image, threshold: ImageOps.solarize(image, threshold)),
    "autocontrast": pillow(lambda image, _: ImageOps.autocontrast(image)),
    "equalize": pillow(lambda image, _: ImageOps.equalize(image)),
    "blur": blur,
    "clahe": clahe,
}
