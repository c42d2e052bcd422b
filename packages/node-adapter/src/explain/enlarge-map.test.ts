import type { HeatMap, ResizeMode } from '@graft-ml/core';
import { describe, expect, it } from 'vitest';
import { enlargeMap } from './enlarge-map.js';

function mapOf(values: number[][], resize: ResizeMode = 'stretch'): HeatMap {
  return {
    source: 'a.png',
    className: 'a',
    label: 'a',
    score: 1,
    peak: 1,
    height: values.length,
    width: values[0]!.length,
    values: Float32Array.from(values.flat()),
    layer: 'x',
    method: 'gradCam',
    inputSize: [8, 8],
    resize,
  };
}

const bilinear = { interpolation: 'bilinear' } as const;

describe('enlargeMap', () => {
  it('goes in straight lines from the middle of a cell to the next, and on evenly to the border', () => {
    const { values } = enlargeMap(mapOf([[0, 1]]), { source: [1, 8], size: [1, 8], ...bilinear });
    expect([...values]).toEqual([0, 0, 0.125, 0.375, 0.625, 0.875, 1, 1]);
  });

  it('passes through the cells where it is curved, and stays within 0 and 1', () => {
    const { values } = enlargeMap(mapOf([[0, 0, 1, 1, 0]]), {
      source: [1, 25],
      size: [1, 25],
      interpolation: 'bicubic',
    });
    expect([2, 7, 12, 17, 22].map((x) => values[x])).toEqual([0, 0, 1, 1, 0]);
    expect(Math.min(...values)).toBe(0);
    expect(Math.max(...values)).toBe(1);
  });

  it('leaves out what was cut off', () => {
    // 8×16 pixels, of which the middle 8×8 were seen.
    const { values } = enlargeMap(mapOf([[1]], 'cover'), { source: [8, 16], size: [4, 8], ...bilinear });
    expect([...values.subarray(0, 8)].map((value) => (Number.isNaN(value) ? '.' : value)).join('')).toBe('..1111..');
  });

  it('leaves out the map of borders that the image does not have', () => {
    // 4×8 pixels in 8×8: two rows of borders above and below, where the map is hot.
    const map = mapOf(
      [
        [1, 1],
        [0, 0.5],
        [0, 0.5],
        [1, 1],
      ],
      'contain',
    );
    const { values } = enlargeMap(map, { source: [4, 8], size: [4, 8], ...bilinear });
    // The image begins where the second row of cells does.
    expect([values[8], values[15]]).toEqual([0, 0.5]);
    expect(values.subarray(8, 24).every((value) => value <= 0.5)).toBe(true);
  });

  it('lies over a picture of another size alike', () => {
    const map = mapOf([
      [0, 1],
      [0.5, 0],
    ]);
    const small = enlargeMap(map, { source: [40, 60], size: [20, 30], ...bilinear });
    const large = enlargeMap(map, { source: [40, 60], size: [60, 90], ...bilinear });
    // The middle of one pixel is the middle of three.
    expect(small.values[5 * 30 + 7]).toBeCloseTo(large.values[(5 * 3 + 1) * 90 + 7 * 3 + 1]!, 6);
  });
});
