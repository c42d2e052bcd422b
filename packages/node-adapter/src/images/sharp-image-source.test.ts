import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { execFileSync } from 'node:child_process';
import { ImageError, resizeBilinear, type RgbImage } from '@graft-ml/core';
import { imageSourceContract } from '@graft-ml/core/contracts';
import sharp, { type Sharp } from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { sharpImageSource } from './sharp-image-source.js';

const folder = await mkdtemp(join(tmpdir(), 'graft-images-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Smooth enough that resizing keeps its brightness, and different in every channel. */
function gradient(height: number, width: number): RgbImage {
  const data = new Uint8Array(height * width * 3);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      data.set(
        [(x * 255) / width, (y * 255) / height, (((x + y) * 160) / (width + height) + 40) | 0],
        (y * width + x) * 3,
      );
    }
  }
  return { height, width, data };
}

function asSharp(image: RgbImage): Sharp {
  return sharp(image.data, { raw: { height: image.height, width: image.width, channels: 3 } });
}

function map(image: RgbImage, change: (value: number, index: number) => number): RgbImage {
  return { ...image, data: image.data.map(change) };
}

const colour = gradient(24, 33);
const colourPng = await asSharp(colour).png().toBuffer();
const colourPath = join(folder, 'colour with space.png');
await writeFile(colourPath, colourPng);

const greyValues = Uint8Array.from({ length: 24 * 33 }, (_, i) => (i * 7) % 256);
const greyImage: RgbImage = {
  height: 24,
  width: 33,
  data: Uint8Array.from({ length: 24 * 33 * 3 }, (_, i) => greyValues[Math.floor(i / 3)]!),
};
const greyPng = await sharp(greyValues, { raw: { height: 24, width: 33, channels: 1 } })
  .toColourspace('b-w')
  .png()
  .toBuffer();

/** Left half opaque, right half fully transparent. */
const alphaValues = new Uint8Array(24 * 33 * 4);
for (let i = 0; i < 24 * 33; i += 1)
  alphaValues.set([...colour.data.slice(i * 3, i * 3 + 3), i % 33 < 16 ? 255 : 0], i * 4);
const alphaPng = await sharp(alphaValues, { raw: { height: 24, width: 33, channels: 4 } })
  .png()
  .toBuffer();
const overBlack = map(colour, (value, i) => (Math.floor(i / 3) % 33 < 16 ? value : 0));

const deepPng = await sharp(
  Uint16Array.from(colour.data, (value) => value * 257),
  { raw: { height: 24, width: 33, channels: 3 } },
)
  .toColourspace('rgb16')
  .png()
  .toBuffer();

/** Encoded on its side with the EXIF flag that turns it upright. */
const turnedJpeg = await sharp(await asSharp(colour).rotate(-90).raw().toBuffer(), {
  raw: { height: 33, width: 24, channels: 3 },
})
  .withMetadata({ orientation: 6 })
  .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
  .toBuffer();

const noise = map(gradient(200, 300), (value, i) => value ^ ((Math.imul(i, 2654435761) >>> 24) & 31));
const noiseJpeg = await asSharp(noise).jpeg({ quality: 90 }).toBuffer();

const both = ['antialias', 'bilinear'] as const;
const source = sharpImageSource();
const native = { size: [24, 33], interpolation: 'antialias' } as const;

describe('sharpImageSource keeps the promises of ImageSource', () => {
  const samples = {
    colour: { bytes: colourPng, pixels: colour },
    grey: { bytes: greyPng, pixels: greyImage },
    transparent: { bytes: alphaPng, pixels: overBlack },
    deep: { bytes: deepPng, pixels: colour },
    turned: { bytes: turnedJpeg, pixels: colour },
    truncated: noiseJpeg.subarray(0, noiseJpeg.length / 2),
    readable: colourPath,
    missing: join(folder, 'missing.png'),
  };
  for (const check of imageSourceContract(() => sharpImageSource(), samples)) it(check.title, check.run);
});

describe('sharpImageSource reading', () => {
  it('takes file URLs, and refuses other URLs', async () => {
    expect(new Uint8Array(await source.read(pathToFileURL(colourPath)))).toEqual(new Uint8Array(colourPng));
    await expect(source.read(new URL('ftp://example.org/a.png'))).rejects.toThrow(ImageError);
  });

  it('says in one line that a folder, an empty file and a named pipe are no images', async () => {
    const empty = join(folder, 'empty.png');
    await writeFile(empty, '');
    await expect(source.read(folder)).rejects.toThrow(/is a folder, expected an image file/);
    await expect(source.read(empty)).rejects.toThrow(/empty\.png is empty \(0 bytes\)/);
    await expect(source.read(join(colourPath, 'x.png'))).rejects.toThrow(/there is no such file/);
    const huge = join(folder, 'huge.png');
    await writeFile(huge, colourPng);
    await truncate(huge, 3 * 2 ** 30);
    await expect(source.read(huge)).rejects.toThrow(/has 3221225472 bytes, expected an image of at most 2147483647/);
    if (process.platform !== 'win32') {
      const pipe = join(folder, 'pipe.png');
      execFileSync('mkfifo', [pipe]);
      await expect(source.read(pipe)).rejects.toThrow(/no regular file/);
    }
  });
});

describe('sharpImageSource decoding', () => {
  it('writes the pixels of a JPEG into memory that is lent, on this thread and on others', async () => {
    const jpeg = await asSharp(colour).jpeg().toBuffer();
    const source = sharpImageSource();
    const options = { size: [11, 9], interpolation: 'bilinear' } as const;
    for (let i = 0; i < 8; i += 1) {
      const into = new Uint8Array(11 * 9 * 3);
      const image = await source.decode(jpeg, { ...options, into });
      expect(image.data).toBe(into);
      expect(image).toEqual(await source.decode(jpeg, options));
    }
  });

  it.each(['jpeg', 'png', 'webp', 'tiff', 'gif', 'avif'] as const)('decodes %s', async (format) => {
    const bytes = await asSharp(colour).toFormat(format).toBuffer();
    for (const interpolation of both) {
      const decoded = await source.decode(bytes, { size: [12, 40], interpolation });
      expect([decoded.height, decoded.width, decoded.data.length]).toEqual([12, 40, 12 * 40 * 3]);
    }
  });

  it.each(['jpeg', 'png', 'webp', 'tiff', 'gif', 'avif'] as const)('refuses %s that is cut short', async (format) => {
    const bytes = await asSharp(noise).toFormat(format).toBuffer();
    for (const interpolation of both) {
      for (const part of [0.5, 0.98]) {
        const cut = bytes.subarray(0, Math.floor(bytes.length * part));
        await expect(source.decode(cut, { size: [224, 224], interpolation })).rejects.toThrow(ImageError);
      }
    }
  });

  it('reads a JPEG with a harmless defect: rubbish after its end', async () => {
    const bytes = Buffer.concat([noiseJpeg, Buffer.from('rubbish')]);
    await expect(source.decode(bytes, native)).resolves.toBeDefined();
  });

  it('scales 16-bit grey, and does not clip it', async () => {
    const values = Uint16Array.from({ length: 256 }, (_, i) => i * 257);
    const bytes = await sharp(values, { raw: { height: 16, width: 16, channels: 1 } })
      .toColourspace('grey16')
      .png()
      .toBuffer();
    expect((await sharp(bytes).metadata()).depth).toBe('ushort');
    const decoded = await source.decode(bytes, { size: [16, 16], interpolation: 'antialias' });
    for (let i = 0; i < 256; i += 1) expect(Math.abs(decoded.data[i * 3]! - i)).toBeLessThanOrEqual(1);
  });

  it('lays half transparent pixels over black', async () => {
    const values = new Uint8Array(64).fill(200).map((value, i) => (i % 4 === 3 ? 128 : value));
    const bytes = await sharp(values, { raw: { height: 4, width: 4, channels: 4 } })
      .png()
      .toBuffer();
    const decoded = await source.decode(bytes, { size: [4, 4], interpolation: 'bilinear' });
    for (const value of decoded.data) expect(Math.abs(value - (200 * 128) / 255)).toBeLessThanOrEqual(1);
  });

  it('turns CMYK to RGB', async () => {
    const plain = map(colour, () => 180);
    const bytes = await asSharp(plain).toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer();
    expect((await sharp(bytes).metadata()).space).toBe('cmyk');
    const decoded = await source.decode(bytes, native);
    for (const value of decoded.data) expect(Math.abs(value - 180)).toBeLessThan(12);
  });

  it('takes the first frame of an animation', async () => {
    const first = map(colour, () => 40);
    const second = map(colour, () => 220);
    const bytes = await sharp(Buffer.concat([first.data, second.data]), {
      raw: { height: 48, width: 33, channels: 3, pageHeight: 24 },
    })
      .gif({ delay: [100, 100] })
      .toBuffer();
    expect((await sharp(bytes).metadata()).pages).toBe(2);
    const decoded = await source.decode(bytes, native);
    for (const value of decoded.data) expect(Math.abs(value - 40)).toBeLessThan(8);
  });

  it('refuses an image over the pixel limit before it decodes it', async () => {
    // The size in the header is a lie: the file holds a few bytes.
    const huge = Buffer.from(await asSharp(colour).png().toBuffer());
    huge.writeUInt32BE(50_000, 16);
    huge.writeUInt32BE(50_000, 20);
    const started = performance.now();
    await expect(source.decode(huge, native)).rejects.toThrow(ImageError);
    expect(performance.now() - started).toBeLessThan(1000);
    const strict = sharpImageSource({ maxPixels: 500 });
    await expect(strict.decode(colourPng, native)).rejects.toThrow(/24×33 pixels, at most 500/);
    await expect(source.decode(colourPng, native)).resolves.toBeDefined();
  });

  it('refuses a JPEG whose header claims 50,000 × 50,000 pixels, within little time and memory', async () => {
    const huge = Buffer.from(noiseJpeg);
    const frame = huge.indexOf(Buffer.from([0xff, 0xc0]));
    huge.writeUInt16BE(50_000, frame + 5);
    huge.writeUInt16BE(50_000, frame + 7);
    const before = process.memoryUsage().rss;
    const started = performance.now();
    for (const interpolation of both) {
      await expect(source.decode(huge, { size: [224, 224], interpolation })).rejects.toThrow(/50000×50000 pixels/);
    }
    expect(performance.now() - started).toBeLessThan(1000);
    expect(process.memoryUsage().rss - before).toBeLessThan(150e6);
  });

  it('refuses a JPEG that claims more pixels than it holds', async () => {
    const lying = Buffer.from(noiseJpeg);
    lying.writeUInt16BE(1200, lying.indexOf(Buffer.from([0xff, 0xc0])) + 5);
    await expect(source.decode(lying, native)).rejects.toThrow(/damaged or cut short/);
  });

  it('decodes what is one pixel wide and 100,000 high', async () => {
    const raw = { width: 1, height: 60_000, channels: 3 } as const;
    const tall = sharp(Buffer.alloc(raw.height * 3, 90), { raw });
    for (const bytes of [
      await tall.clone().jpeg().toBuffer(),
      await tall.clone().resize({ width: 1, height: 100_000, fit: 'fill', kernel: 'nearest' }).png().toBuffer(),
    ]) {
      for (const interpolation of both) {
        const { data } = await source.decode(bytes, { size: [224, 224], interpolation });
        expect(data.every((value) => Math.abs(value - 90) <= 1)).toBe(true);
      }
    }
  });

  it.each([
    ['SVG', '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>', /SVG/],
    ['PDF', '%PDF-1.4 …', /PDF/],
    ['HTML', '<!doctype html><html></html>', /HTML/],
    ['text', 'hello', /no image by its first bytes/],
    ['BMP', 'BM\0\0\0\0', /BMP/],
  ])('refuses %s and says what to pass', async (_, text, message) => {
    await expect(source.decode(Buffer.from(text), native)).rejects.toThrow(message);
    await expect(source.decode(Buffer.from(text), native)).rejects.toThrow(/JPEG, PNG, WebP/);
  });

  it('anti-aliases when it shrinks, and bilinear does not', async () => {
    // Stripes of one pixel, black and white: shrinking by an odd factor hits a stripe or averages them.
    const stripes: RgbImage = {
      height: 90,
      width: 90,
      data: new Uint8Array(90 * 90 * 3).map((_, i) => (Math.floor(i / 3) % 2) * 255),
    };
    const bytes = await asSharp(stripes).png().toBuffer();
    const smooth = await source.decode(bytes, { size: [10, 10], interpolation: 'antialias' });
    for (const value of smooth.data) expect(Math.abs(value - 127)).toBeLessThan(30);
    const sharpEdges = await source.decode(bytes, { size: [10, 10], interpolation: 'bilinear' });
    expect(sharpEdges).toEqual(resizeBilinear(stripes, [10, 10]));
    expect(new Set(sharpEdges.data).size).toBeGreaterThan(1);
  });

  it('refuses an impossible size or limit', async () => {
    await expect(source.decode(colourPng, { size: [0, 5], interpolation: 'antialias' })).rejects.toThrow(RangeError);
    expect(() => sharpImageSource({ maxPixels: 0 })).toThrow(RangeError);
  });
});
