"""Goldens of DICOM images: small seeded files, and the 8-bit pixels that they show.

pydicom writes the files and computes what they show (modality and VOI tables, windows, palettes, colours); GDCM packs
JPEG lossless and baseline, pydicom packs RLE. Writes packages/node-adapter/test/golden/dicom.json. Run from anywhere:
    python oracles/dicom.py
"""

import base64
import io
import json
import tempfile
from pathlib import Path

import gdcm
import numpy as np
from PIL import Image
from pydicom import dcmread, dcmwrite
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate, generate_frames
from pydicom.pixels import apply_color_lut, apply_modality_lut, apply_voi_lut, convert_color_space, pixel_array
from pydicom.sequence import Sequence
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEGBaseline8Bit,
    RLELossless,
)

GOLDEN = Path(__file__).resolve().parent.parent / "packages" / "node-adapter" / "test" / "golden"
ROWS, COLUMNS = 21, 18
PATIENT = "GOLDEN^PATIENT"
PATIENT_ID = "golden-patient-7"


def grey(bits, signed=False, seed=0):
    """A smooth slope with noise that uses the whole range of values."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:ROWS, 0:COLUMNS]
    share = (y / (ROWS - 1) + x / (COLUMNS - 1)) / 2
    noisy = np.clip(share + random.normal(0, 0.04, share.shape), 0, 1)
    values = np.round(noisy * (2**bits - 1)).astype(np.int64)
    if signed:
        return (values - 2 ** (bits - 1)).astype(np.int8 if bits <= 8 else np.int16)
    return values.astype(np.uint8 if bits <= 8 else np.uint16)


def color(seed=0):
    return np.stack([grey(8, seed=seed), grey(8, seed=seed + 1)[::-1], grey(8, seed=seed + 2)[:, ::-1]], axis=-1)


def dataset(pixels, photometric="MONOCHROME2", bits=None, planar=0, frames=None, **elements):
    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.SOPClassUID = ds.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.7"
    ds.SOPInstanceUID = ds.file_meta.MediaStorageSOPInstanceUID = "1.2.826.0.1.3680043.8.498.1"
    ds.PatientName, ds.PatientID = PATIENT, PATIENT_ID
    ds.Rows, ds.Columns = ROWS, COLUMNS
    ds.SamplesPerPixel = 3 if photometric in ("RGB", "YBR_FULL", "YBR_FULL_422") else 1
    if ds.SamplesPerPixel == 3:
        ds.PlanarConfiguration = planar
    if frames is not None:
        ds.NumberOfFrames = frames
    ds.PhotometricInterpretation = photometric
    ds.BitsAllocated = pixels.dtype.itemsize * 8
    ds.BitsStored = bits or ds.BitsAllocated
    ds.HighBit = ds.BitsStored - 1
    ds.PixelRepresentation = int(pixels.dtype.kind == "i")
    for name, value in elements.items():
        setattr(ds, name, value)
    stored = np.moveaxis(pixels, -1, 0) if planar == 1 else pixels
    ds.PixelData = stored.tobytes() + b"\0" * (stored.nbytes % 2)
    ds["PixelData"].VR = "OW" if ds.BitsAllocated > 8 else "OB"
    return ds


def lut_item(first, bits, values, signed=False):
    item = Dataset()
    item.add_new(0x00283002, "SS" if signed else "US", [len(values), first, bits])
    item.add_new(0x00283006, "OW", np.asarray(values, np.uint16).tobytes())
    return Sequence([item])


def shown(ds):
    """What a viewer shows, as uint8: pydicom's tables and windows, scaled to 0-255."""
    # As stored: pydicom would turn some colours to RGB, and say so nowhere.
    array = pixel_array(ds, raw=True)
    if getattr(ds, "NumberOfFrames", None) is not None and int(ds.NumberOfFrames) > 1:
        array = array[0]
    photometric = ds.PhotometricInterpretation
    if photometric == "PALETTE COLOR":
        out = apply_color_lut(array, ds)
        return np.round(out / (2 ** ds.RedPaletteColorLookupTableDescriptor[2] - 1) * 255).astype(np.uint8)
    if ds.SamplesPerPixel == 3:
        if photometric == "YBR_FULL_422":
            array = np.asarray(Image.open(io.BytesIO(next(generate_frames(ds.PixelData, number_of_frames=1)))))
        elif photometric == "YBR_FULL":
            array = convert_color_space(pixel_array(ds, raw=True), photometric, "RGB")
        return np.round(array / (2**ds.BitsStored - 1) * 255).astype(np.uint8)
    values = apply_modality_lut(array, ds)
    if "VOILUTSequence" in ds:
        low, high = 0, 2 ** ds.VOILUTSequence[0].LUTDescriptor[2] - 1
        out = apply_voi_lut(values.astype(np.int64), ds)
    elif "WindowWidth" in ds:
        if "ModalityLUTSequence" in ds:
            low, high = 0, 2 ** ds.ModalityLUTSequence[0].LUTDescriptor[2] - 1
        else:
            low = -(2 ** (ds.BitsStored - 1)) if ds.PixelRepresentation else 0
            high = low + 2**ds.BitsStored - 1
            slope, intercept = getattr(ds, "RescaleSlope", 1), getattr(ds, "RescaleIntercept", 0)
            low, high = low * float(slope) + float(intercept), high * float(slope) + float(intercept)
        out = apply_voi_lut(values, ds)
    elif ds.BitsStored <= 8 and not ds.PixelRepresentation and "RescaleSlope" not in ds:
        low, high, out = 0, 2**ds.BitsStored - 1, values
    else:
        counted = values[array != ds.PixelPaddingValue] if "PixelPaddingValue" in ds else values
        low, high = np.percentile(counted, [1, 99])
        out = np.clip(values, low, high)
    share = (out.astype(np.float64) - low) / (high - low)
    if photometric == "MONOCHROME1":
        share = 1 - share
    return np.round(share * 255).astype(np.uint8)


def write(ds, syntax):
    ds.file_meta.TransferSyntaxUID = syntax
    if syntax == ExplicitVRBigEndian and ds.BitsAllocated == 16:
        ds.PixelData = np.frombuffer(ds.PixelData, "<u2").astype(">u2").tobytes()
    buffer = io.BytesIO()
    little = syntax != ExplicitVRBigEndian
    dcmwrite(buffer, ds, little_endian=little, implicit_vr=syntax == ImplicitVRLittleEndian, enforce_file_format=True)
    return buffer.getvalue()


def with_gdcm(ds, syntax):
    """Packs an uncompressed file by GDCM."""
    with tempfile.TemporaryDirectory() as folder:
        plain, packed = Path(folder, "plain.dcm"), Path(folder, "packed.dcm")
        plain.write_bytes(write(ds, ExplicitVRLittleEndian))
        reader = gdcm.ImageReader()
        reader.SetFileName(str(plain))
        assert reader.Read()
        change = gdcm.ImageChangeTransferSyntax()
        change.SetTransferSyntax(gdcm.TransferSyntax(syntax))
        change.SetInput(reader.GetImage())
        assert change.Change()
        fragments = change.GetOutput().GetDataElement().GetSequenceOfFragments()
        frame = fragments.GetFragment(0).GetByteValue().GetBuffer()
        if isinstance(frame, str):
            frame = frame.encode("utf-8", "surrogateescape")
    return frame


def packed(ds, syntax, gdcm_syntax):
    frame = with_gdcm(ds, gdcm_syntax)
    ds.PixelData = encapsulate([frame])
    ds["PixelData"].VR = "OB"
    return write(ds, syntax)


def rle(ds):
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds.compress(RLELossless, encoding_plugin="pydicom", generate_instance_uid=False)
    return write(ds, RLELossless)


WINDOW = {"WindowCenter": 1800, "WindowWidth": 1500}
LOSSLESS, LOSSLESS_FIRST = "1.2.840.10008.1.2.4.57", "1.2.840.10008.1.2.4.70"
TS = gdcm.TransferSyntax


def cases():
    plain = ExplicitVRLittleEndian
    for name, syntax in [
        ("implicit little endian", ImplicitVRLittleEndian),
        ("explicit little endian", ExplicitVRLittleEndian),
        ("explicit big endian", ExplicitVRBigEndian),
        ("deflated", DeflatedExplicitVRLittleEndian),
    ]:
        yield f"{name}, 12 bits, window", write(dataset(grey(12), bits=12, **WINDOW), syntax)
        yield f"{name}, 8 bits", write(dataset(grey(8, seed=1)), syntax)
        yield f"{name}, RGB", write(dataset(color(), "RGB"), syntax)
    yield "16 bits unsigned, percentiles", write(dataset(grey(16, seed=2)), plain)
    yield "16 bits signed, percentiles", write(dataset(grey(16, True, seed=3)), plain)
    yield "12 bits signed, window", write(
        dataset(grey(12, True, seed=4), bits=12, WindowCenter=100, WindowWidth=2000), plain
    )
    yield "8 bits signed, percentiles", write(dataset(grey(8, True, seed=5)), plain)
    yield "10 bits, percentiles", write(dataset(grey(10, seed=6), bits=10), plain)
    yield "MONOCHROME1, 12 bits, window", write(dataset(grey(12), "MONOCHROME1", bits=12, **WINDOW), plain)
    yield "MONOCHROME1, 8 bits", write(dataset(grey(8, seed=7), "MONOCHROME1"), plain)
    yield "MONOCHROME1, 14 bits, percentiles", write(dataset(grey(14, seed=8), "MONOCHROME1", bits=14), plain)
    yield "rescaled CT, window", write(
        dataset(grey(12), bits=12, RescaleSlope=1, RescaleIntercept=-1024, WindowCenter=40, WindowWidth=400), plain
    )
    yield "rescaled by half, percentiles", write(
        dataset(grey(12), bits=12, RescaleSlope="0.5", RescaleIntercept="-300.25"), plain
    )
    yield "falling slope, percentiles", write(dataset(grey(12), bits=12, RescaleSlope=-2, RescaleIntercept=5), plain)
    yield "several windows, the first counts", write(
        dataset(grey(12), bits=12, WindowCenter=[900, 3000], WindowWidth=[700, 300]), plain
    )
    for function in ("LINEAR", "LINEAR_EXACT", "SIGMOID"):
        yield f"window {function}", write(dataset(grey(12), bits=12, VOILUTFunction=function, **WINDOW), plain)
    yield "window of width 1", write(dataset(grey(12), bits=12, WindowCenter=2000, WindowWidth=1), plain)
    curve = np.round(4095 * np.linspace(0, 1, 3000) ** 2)
    yield "VOI table", write(dataset(grey(12), bits=12, VOILUTSequence=lut_item(500, 12, curve)), plain)
    yield "VOI table before window", write(
        dataset(grey(12), bits=12, VOILUTSequence=lut_item(500, 12, curve), **WINDOW), plain
    )
    yield "VOI table, implicit", write(
        dataset(grey(12), bits=12, VOILUTSequence=lut_item(0, 16, curve * 16)), ImplicitVRLittleEndian
    )
    # pydicom reads modality tables of 8 and 16 bits only.
    modality = np.round(64000 * np.sqrt(np.linspace(0, 1, 4096)))
    wide = {"WindowCenter": 30000, "WindowWidth": 25000}
    yield "modality table, window", write(
        dataset(grey(12), bits=12, ModalityLUTSequence=lut_item(0, 16, modality), **wide), plain
    )
    padded = grey(12, True, seed=9)
    padded[:, :5] = -2000
    yield "padding left out of percentiles", write(dataset(padded, bits=16, PixelPaddingValue=-2000), plain)
    yield "RGB by planes", write(dataset(color(3), "RGB", planar=1), plain)
    yield "YBR_FULL", write(dataset(convert_color_space(color(4), "RGB", "YBR_FULL"), "YBR_FULL"), plain)
    yield "YBR_FULL by planes", write(
        dataset(convert_color_space(color(5), "RGB", "YBR_FULL"), "YBR_FULL", planar=1), plain
    )
    ramp = np.arange(256, dtype=np.uint16) * 257
    palette = {
        "RedPaletteColorLookupTableDescriptor": [256, 0, 16],
        "GreenPaletteColorLookupTableDescriptor": [256, 0, 16],
        "BluePaletteColorLookupTableDescriptor": [256, 0, 16],
        "RedPaletteColorLookupTableData": ramp.tobytes(),
        "GreenPaletteColorLookupTableData": ramp[::-1].tobytes(),
        "BluePaletteColorLookupTableData": np.roll(ramp, 80).tobytes(),
    }
    yield "palette", write(dataset(grey(8, seed=10), "PALETTE COLOR", **palette), plain)
    short = {name: [200, 20, 16] if "Descriptor" in name else value[:400] for name, value in palette.items()}
    yield "palette that does not begin at 0", write(dataset(grey(8, seed=11), "PALETTE COLOR", **short), plain)
    frames = np.stack([grey(12, seed=seed) for seed in (12, 13, 14)])
    yield "several frames, the first counts", write(dataset(frames, bits=12, frames=3, **WINDOW), plain)
    yield "RLE, 8 bits", rle(dataset(grey(8, seed=15) // 16 * 16))
    yield "RLE, 12 bits, window", rle(dataset(grey(12, seed=16), bits=12, **WINDOW))
    yield "RLE, 16 bits signed", rle(dataset(grey(16, True, seed=17)))
    yield "RLE, RGB", rle(dataset(color(18), "RGB"))
    yield "RLE, several frames", rle(dataset(frames, bits=12, frames=3, **WINDOW))
    for name, syntax, to in [
        ("JPEG lossless", LOSSLESS, TS.JPEGLosslessProcess14),
        ("JPEG lossless, first order", LOSSLESS_FIRST, TS.JPEGLosslessProcess14_1),
    ]:
        yield f"{name}, 8 bits", packed(dataset(grey(8, seed=20)), syntax, to)
        yield f"{name}, 12 bits, window", packed(dataset(grey(12, seed=21), bits=12, **WINDOW), syntax, to)
        yield f"{name}, 16 bits", packed(dataset(grey(16, seed=22)), syntax, to)
        yield f"{name}, 16 bits signed", packed(dataset(grey(16, True, seed=23)), syntax, to)
        yield f"{name}, RGB", packed(dataset(color(24), "RGB"), syntax, to)
    yield "JPEG baseline, 8 bits", packed(dataset(grey(8, seed=30)), JPEGBaseline8Bit, TS.JPEGBaselineProcess1)
    jpeg = io.BytesIO()
    Image.fromarray(color(32)).save(jpeg, "JPEG", quality=92, subsampling="4:2:2")
    ds = dataset(color(32), "YBR_FULL_422")
    ds.PixelData = encapsulate([jpeg.getvalue()])
    yield "JPEG baseline, colour", write(ds, JPEGBaseline8Bit)
    yield "JPEG baseline, MONOCHROME1", packed(
        dataset(grey(8, seed=31), "MONOCHROME1"), JPEGBaseline8Bit, TS.JPEGBaselineProcess1
    )


def main():
    goldens = []
    for name, file in cases():
        pixels = shown(dcmread(io.BytesIO(file)))
        goldens.append(
            {
                "name": name,
                "file": base64.b64encode(file).decode(),
                "shape": list(pixels.shape),
                "pixels": base64.b64encode(pixels.tobytes()).decode(),
            }
        )
    document = {"patientId": PATIENT_ID, "patientName": PATIENT, "cases": goldens}
    GOLDEN.mkdir(parents=True, exist_ok=True)
    path = GOLDEN / "dicom.json"
    path.write_text(json.dumps(document, indent=1) + "\n")
    print(f"{len(goldens)} cases, {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
