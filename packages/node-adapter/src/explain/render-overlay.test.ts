import { readFileSync } from 'node:fs';
import type { HeatMap, ResizeMode, RgbImage } from '@graft-ml/core';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { legendHeight } from './overlay-legend.js';
import { overlaySoftware } from './overlay-mark.js';
import { renderOverlay, type RenderOverlayOptions } from './render-overlay.js';

const grey: RgbImage = { height: 200, width: 400, data: new Uint8Array(200 * 400 * 3).fill(100) };
const png = (image: RgbImage) =>
  sharp(image.data, { raw: { height: image.height, width: image.width, channels: 3 } }).png();

/** Hot in the left half. */
function leftHot(resize: ResizeMode = 'stretch', more: Partial<HeatMap> = {}): HeatMap {
  return {
    source: 'a.png',
    className: '<script>alert(1)</script> & "co"',
    label: 'normal',
    score: 0.25,
    peak: 3,
    height: 4,
    width: 4,
    values: Float32Array.from({ length: 16 }, (_, i) => (i % 4 < 2 ? 1 : 0)),
    layer: 'conv',
    method: 'gradCam',
    inputSize: [224, 224],
    resize,
    ...more,
  };
}

async function pixelsOf(bytes: Uint8Array) {
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  return { ...info, at: (x: number, y: number) => [...data.subarray((y * info.width + x) * 3).subarray(0, 3)] };
}

describe('renderOverlay', () => {
  it('has the image’s aspect, colours what is hot, and leaves the rest as it is', async () => {
    const { width, height, channels, at } = await pixelsOf(await renderOverlay(await png(grey).toBuffer(), leftHot()));
    expect([width, height, channels]).toEqual([400, 200, 3]);
    expect(at(20, 100)).not.toEqual([100, 100, 100]);
    expect(at(380, 100)).toEqual([100, 100, 100]);
  });

  it('hides as much of the image as alpha says', async () => {
    const draw = async (alpha: number) => (await pixelsOf(await renderOverlay(grey, leftHot(), { alpha }))).at(20, 100);
    const [none, half, all] = [await draw(0), await draw(0.5), await draw(1)];
    expect(none).toEqual([100, 100, 100]);
    for (const [i, level] of half.entries()) expect(level).toBeCloseTo((none[i]! + all[i]!) / 2, -0.5);
  });

  it('lies where the network saw it: what was cut off is darker, borders are left out', async () => {
    const cover = await pixelsOf(await renderOverlay(grey, leftHot('cover')));
    // The middle 200 of 400 columns were seen; their left half is hot.
    expect(cover.at(10, 100)).toEqual([40, 40, 40]);
    expect(cover.at(390, 100)).toEqual([40, 40, 40]);
    expect(cover.at(120, 100)[0]).toBeGreaterThan(150);
    expect(cover.at(280, 100)).toEqual([100, 100, 100]);
    const topHot = { values: Float32Array.from({ length: 16 }, (_, i) => (i < 4 ? 1 : 0)) };
    const contain = await pixelsOf(await renderOverlay(grey, leftHot('contain', topHot)));
    // The top quarter was a border; the image's own first row is at a quarter of what the network saw.
    expect(contain.at(200, 60)).toEqual([100, 100, 100]);
  });

  it('draws a map without anything in it as the image', async () => {
    const empty = leftHot('stretch', { values: new Float32Array(16), peak: 0 });
    const { at } = await pixelsOf(await renderOverlay(grey, empty));
    expect(at(20, 100)).toEqual([100, 100, 100]);
  });

  it('puts image and overlay side by side, and a legend below; names may be anything', async () => {
    const { width, height, at } = await pixelsOf(
      await renderOverlay(grey, leftHot(), { layout: 'sideBySide', legend: true, width: 200 }),
    );
    expect([width, height]).toEqual([408, 100 + legendHeight]);
    expect(at(20, 50)).toEqual([100, 100, 100]);
    expect(at(230, 50)).not.toEqual([100, 100, 100]);
    expect(at(204, 50)).toEqual([255, 255, 255]);
    // The bar grows from dark to light.
    const [less, more] = [at(60, 100 + 33), at(345, 100 + 33)];
    expect(less[0]! + less[1]! + less[2]!).toBeLessThan(more[0]! + more[1]! + more[2]!);
  });

  it('turns images as EXIF says, and does not blow up or shrink them beyond measure', async () => {
    const turned = await png(grey).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    const sizes = async (image: Uint8Array | RgbImage) => {
      const { width, height } = await sharp(await renderOverlay(image, leftHot())).metadata();
      return [width, height];
    };
    expect(await sizes(turned)).toEqual([200, 400]);
    expect(await sizes({ height: 2, width: 1, data: new Uint8Array(6) })).toEqual([160, 320]);
    expect(await sizes({ height: 1, width: 3000, data: new Uint8Array(9000) })).toEqual([1024, 1]);
  });

  it('takes DICOM files', async () => {
    const golden = JSON.parse(readFileSync(new URL('../../test/golden/dicom.json', import.meta.url), 'utf8')) as {
      readonly cases: readonly { readonly file: string; readonly shape: readonly [number, number] }[];
    };
    const { file, shape } = golden.cases.find((one) => one.shape[0] !== one.shape[1])!;
    const { width, height } = await sharp(await renderOverlay(Buffer.from(file, 'base64'), leftHot())).metadata();
    expect(width / height).toBeCloseTo(shape[1] / shape[0], 1);
  });

  it('says in its EXIF what made it, and what it is for', async () => {
    const { exif } = await sharp(await renderOverlay(grey, leftHot())).metadata();
    expect(exif?.toString('latin1')).toContain(overlaySoftware);
    expect(exif?.toString('latin1')).toContain('for education, not for diagnosis');
  });

  it('gives the same bytes each time', async () => {
    const draw = () => renderOverlay(grey, leftHot(), { legend: true });
    expect(Buffer.from(await draw()).equals(await draw())).toBe(true);
  });

  it.each<[RenderOverlayOptions | Record<string, unknown>, string]>([
    [{ alpha: 1.1 }, 'alpha is 1.1; pass a number from 0 to 1'],
    [{ width: 15 }, 'width is 15; pass a whole number from 16 to 4096'],
    [{ colormap: 'jet' }, 'colormap is "jet"; there are heat, sea, grey'],
    [{ layout: 'below' }, 'layout is "below"; there are overlay, sideBySide'],
  ])('refuses %o', async (options, message) => {
    await expect(renderOverlay(grey, leftHot(), options as RenderOverlayOptions)).rejects.toThrow(message);
  });

  it('names the image that it cannot read', async () => {
    await expect(renderOverlay('missing.png', leftHot())).rejects.toThrow('missing.png cannot be read');
    await expect(renderOverlay(new TextEncoder().encode('<svg/>'), leftHot())).rejects.toThrow(
      /no image by its first bytes/,
    );
  });
});
