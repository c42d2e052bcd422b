import { describe, expect, it } from 'vitest';
import { testImage } from '../../test/test-image.js';
import { drawBeta } from '../random/draw-beta.js';
import { keyedRandom } from '../random/keyed-random.js';
import { cutMix } from './cut-mix.js';
import { mixUp } from './mix-up.js';

const random = (step: number) => keyedRandom({ seed: 1, purpose: 'mix', epoch: 0, step });
const images = Array.from({ length: 4 }, (_, i) => {
  const { data } = testImage(12 + i, 20);
  return { height: 12, width: 20, data: data.slice(0, 12 * 20 * 3) };
});
const labels = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
  [0.5, 0.5, 0],
];
const batch = { images, labels };

describe('drawBeta', () => {
  it.each([0.05, 0.2, 1, 4])('has mean and variance of the beta distribution, alpha %d', (alpha) => {
    const draws = Array.from({ length: 20_000 }, (_, i) => drawBeta(random(i), alpha));
    const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
    const variance = draws.reduce((sum, draw) => sum + (draw - mean) ** 2, 0) / draws.length;
    expect(draws.every((draw) => draw >= 0 && draw <= 1)).toBe(true);
    expect(mean).toBeCloseTo(0.5, 1.5);
    expect(variance * 4 * (2 * alpha + 1)).toBeCloseTo(1, 1);
  });
});

describe('mixUp', () => {
  it('blends images and labels in one proportion', () => {
    const mixed = mixUp(batch, random(1));
    const { lambda, partners } = mixed;
    expect(partners).toEqual([3, 0, 1, 2]);
    for (const [i, image] of mixed.images.entries()) {
      for (let at = 0; at < image.data.length; at += 1) {
        const exact = lambda * images[i]!.data[at]! + (1 - lambda) * images[partners[i]!]!.data[at]!;
        expect(Math.abs(image.data[at]! - exact)).toBeLessThanOrEqual(0.5 + 1e-9);
      }
      expect(mixed.labels[i]!.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
      expect(mixed.labels[i]![0]).toBeCloseTo(lambda * labels[i]![0]! + (1 - lambda) * labels[partners[i]!]![0]!, 12);
    }
  });
});

describe('cutMix', () => {
  it('takes a rectangle from the partner and mixes labels by its area', () => {
    for (let step = 0; step < 50; step += 1) {
      const { images: mixed, labels: soft, lambda, partners, box } = cutMix(batch, random(step));
      let own = 0;
      for (let row = 0; row < 12; row += 1) {
        for (let column = 0; column < 20; column += 1) {
          const inBox = row >= box.top && row < box.bottom && column >= box.left && column < box.right;
          if (!inBox) own += 1;
          const at = (row * 20 + column) * 3;
          const expected = images[inBox ? partners[2]! : 2]!.data.subarray(at, at + 3);
          expect(mixed[2]!.data.subarray(at, at + 3)).toEqual(expected);
        }
      }
      expect(lambda).toBeCloseTo(own / 240, 12);
      expect(soft[2]![2]).toBeCloseTo(lambda, 12);
    }
  });
});

describe.each([
  ['mixUp', mixUp],
  ['cutMix', cutMix],
])('%s', (_, mix) => {
  it('is decided by its key, and leaves what it was given', () => {
    const before = structuredClone(batch);
    expect(mix(batch, random(7))).toEqual(mix(batch, random(7)));
    expect(mix(batch, random(7)).lambda).not.toBe(mix(batch, random(8)).lambda);
    expect(batch).toEqual(before);
    expect(mix({ images: [], labels: [] }, random(1)).images).toEqual([]);
  });

  it('refuses what does not fit', () => {
    expect(() => mix({ images, labels: labels.slice(1) }, random(1))).toThrow('4 images for 3 labels');
    expect(() => mix({ images: [...images.slice(1), testImage(3, 3)], labels }, random(1))).toThrow('image 3 is 3×3');
    expect(() => mix({ images, labels: [[1], ...labels.slice(1)] }, random(1))).toThrow('different numbers of classes');
    expect(() => mix(batch, random(1), { alpha: 0 })).toThrow('alpha is 0');
  });
});
