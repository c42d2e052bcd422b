import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ResizeMode } from '../image.js';
import { resizeGeometry } from './resize-geometry.js';

const side = fc.integer({ min: 1, max: 5000 });

describe('resizeGeometry', () => {
  it('takes the whole image to stretch it', () => {
    expect(resizeGeometry([30, 70], [224, 224], 'stretch')).toEqual({
      part: { left: 0, top: 0, height: 30, width: 70 },
      inner: [224, 224],
      left: 0,
      top: 0,
    });
  });

  it('cuts the longer side evenly to cover, odd pixels to the right and below', () => {
    expect(resizeGeometry([200, 401], [100, 100], 'cover').part).toEqual({
      left: 100,
      top: 0,
      height: 200,
      width: 200,
    });
    expect(resizeGeometry([9, 4], [2, 2], 'cover').part).toEqual({ left: 0, top: 2, height: 4, width: 4 });
  });

  it('leaves even borders to contain', () => {
    const geometry = resizeGeometry([200, 400], [100, 101], 'contain');
    expect(geometry).toEqual({
      part: { left: 0, top: 0, height: 200, width: 400 },
      inner: [51, 101],
      left: 0,
      top: 24,
    });
  });

  it('never leaves the image or the output, and keeps the shape within half a pixel', () => {
    fc.assert(
      fc.property(fc.tuple(side, side, side, side), ([height, width, outHeight, outWidth]) => {
        for (const mode of ['stretch', 'cover', 'contain'] as ResizeMode[]) {
          const { part, inner, left, top } = resizeGeometry([height, width], [outHeight, outWidth], mode);
          for (const value of [part.left, part.top, left, top]) expect(value).toBeGreaterThanOrEqual(0);
          for (const value of [part.height, part.width, ...inner]) expect(value).toBeGreaterThanOrEqual(1);
          expect(part.left + part.width).toBeLessThanOrEqual(width);
          expect(part.top + part.height).toBeLessThanOrEqual(height);
          expect(left + inner[1]).toBeLessThanOrEqual(outWidth);
          expect(top + inner[0]).toBeLessThanOrEqual(outHeight);
          if (mode === 'cover') {
            expect(part.height === height || part.width === width).toBe(true);
            const ideal = Math.max(1, Math.min(part.width, (part.height * outWidth) / outHeight));
            expect(part.height === height ? Math.abs(part.width - ideal) : 0).toBeLessThanOrEqual(0.5 + 1e-9);
          }
          if (mode === 'contain') expect(inner[0] === outHeight || inner[1] === outWidth).toBe(true);
        }
      }),
    );
  });
});
