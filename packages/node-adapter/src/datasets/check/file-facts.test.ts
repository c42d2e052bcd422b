import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { cameraMake } from './camera-make.js';
import { inspectImage } from './file-facts.js';
import { jpegQuantization } from './jpeg-quantization.js';

const picture = () => sharp({ create: { width: 20, height: 10, channels: 3, background: '#888' } });

describe('inspectImage', () => {
  it('reads what may tell where a file comes from', async () => {
    const bytes = await picture()
      .withExif({ IFD0: { Make: 'ACME Scanners' } })
      .jpeg({ quality: 90, progressive: true })
      .toBuffer();
    expect(await inspectImage(bytes)).toMatchObject({
      format: 'JPEG',
      colorMode: 'RGB',
      height: 10,
      width: 20,
      details: { exif: 'yes', camera: 'ACME Scanners', chromaSubsampling: '4:2:0', progressive: 'true' },
    });
    const png = await inspectImage(await picture().png().toBuffer());
    expect(png.details).not.toHaveProperty('exif');
    expect(png.details).not.toHaveProperty('quantization');
  });

  it('tells JPEG qualities apart', async () => {
    const of = async (quality: number) => jpegQuantization(await picture().jpeg({ quality }).toBuffer()) ?? 0;
    // libjpeg's standard table has a mean of 57.6 at quality 50.
    expect(await of(50)).toBeCloseTo(57.625, 3);
    expect(await of(100)).toBe(1);
    expect(await of(90)).toBeGreaterThan(await of(91));
  });
});

describe('cameraMake and jpegQuantization', () => {
  it('read nothing outside of damaged blocks', async () => {
    const jpeg = await picture()
      .withExif({ IFD0: { Make: 'ACME Scanners' } })
      .jpeg()
      .toBuffer();
    const { exif } = await sharp(jpeg).metadata();
    if (exif === undefined) throw new Error('no EXIF');
    expect(cameraMake(exif)).toBe('ACME Scanners');
    for (let i = 0; i < exif.length; i += 1) {
      const broken = Uint8Array.from(exif);
      broken[i] = 0xff;
      expect(() => cameraMake(broken)).not.toThrow();
      expect(() => cameraMake(exif.subarray(0, i))).not.toThrow();
    }
    for (let i = 0; i < Math.min(jpeg.length, 700); i += 1) {
      const broken = Uint8Array.from(jpeg);
      broken[i] = 0xff;
      expect(() => jpegQuantization(broken)).not.toThrow();
      expect(() => jpegQuantization(jpeg.subarray(0, i))).not.toThrow();
    }
    expect(cameraMake(new Uint8Array(0))).toBeUndefined();
    expect(jpegQuantization(new Uint8Array(0))).toBeUndefined();
  });
});
