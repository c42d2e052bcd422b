import '@tensorflow/tfjs-backend-cpu';
import { readFileSync } from 'node:fs';
import { memory, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { fillUniform } from '../../weights/weight-formula.js';
import { getLoss, listLosses, type LossOptions } from './loss-registry.js';

interface LossCase {
  readonly option: LossOptions;
  readonly targets: string;
  readonly shares: readonly (readonly number[])[];
  readonly values: readonly number[];
  readonly gradient: readonly (readonly number[])[];
}

/** Written by oracles/losses.py. */
const { losses: golden } = JSON.parse(
  readFileSync(new URL('../../../test/golden/losses.json', import.meta.url), 'utf8'),
) as { readonly losses: readonly LossCase[] };
const [rows, classes] = [6, 4];
const logits = new Float32Array(rows * classes);
fillUniform(logits, { key: { seed: 3, layer: 'logits', index: 0 }, offset: 0, spread: 3 });
const rowOf = (values: Float32Array, row: number) => values.subarray(row * classes, (row + 1) * classes);

describe('a loss equals Keras', () => {
  it.each(golden.map((one) => [`${JSON.stringify(one.option)}, ${one.targets} targets`, one] as const))(
    '%s',
    async (_, expected) => {
      const loss = getLoss(expected.option);
      const targets = Float32Array.from(expected.shares.flat());
      const before = memory().numTensors;
      const gradient = tidy(() => loss.gradient(tensor2d(logits, [rows, classes]), tensor2d(targets, [rows, classes])));
      const actual = await gradient.data();
      gradient.dispose();
      expect(memory().numTensors).toBe(before);
      for (const [i, value] of expected.gradient.flat().entries()) {
        expect(Math.abs((actual[i] ?? Number.NaN) - value), `gradient ${i}`).toBeLessThanOrEqual(1e-6);
      }
      for (const [row, value] of expected.values.entries()) {
        // Keras computes in float32.
        expect(Math.abs(loss.value(rowOf(logits, row), rowOf(targets, row)) - value)).toBeLessThanOrEqual(2e-6);
      }
    },
  );

  it('has a golden for each', () => {
    expect(new Set(golden.map(({ option }) => option.name))).toEqual(new Set(listLosses()));
  });
});

describe('a loss', () => {
  it.each(listLosses())('%s has the gradient of its own value', (name) => {
    const loss = getLoss({ name, labelSmoothing: 0.2 });
    const targets = Float32Array.from({ length: classes }, (_, i) => (i === 1 ? 0.7 : 0.1));
    const row = rowOf(logits, 2);
    const gradient = tidy(() => loss.gradient(tensor2d(row, [1, classes]), tensor2d(targets, [1, classes])).dataSync());
    const step = 2 ** -8;
    for (let i = 0; i < classes; i++) {
      const at = (delta: number) =>
        loss.value(
          Float32Array.from(row, (v, j) => (j === i ? v + delta : v)),
          targets,
        );
      expect((at(step) - at(-step)) / (2 * step)).toBeCloseTo(gradient[i] ?? Number.NaN, 4);
    }
  });

  it.each(listLosses())('%s stays finite for logits far apart', (name) => {
    const loss = getLoss(name);
    const far = Float32Array.of(-200, 300, 0, 0);
    const target = Float32Array.of(1, 0, 0, 0);
    expect(loss.value(far, target)).toBeGreaterThan(1);
    expect(Number.isFinite(loss.value(far, target))).toBe(true);
    const gradient = tidy(() => loss.gradient(tensor2d(far, [1, 4]), tensor2d(target, [1, 4])).dataSync());
    expect(gradient.every(Number.isFinite)).toBe(true);
  });

  it.each([
    ['hinge', /unknown loss "hinge".*"binaryCrossentropy"/],
    [{ name: 'categoricalCrossentropy', smoothing: 0.1 }, /no option "smoothing".*"labelSmoothing"/],
    [{ name: 'categoricalCrossentropy', labelSmoothing: 1 }, /labelSmoothing is 1/],
    [{ name: 'categoricalFocalCrossentropy', gamma: -1 }, /gamma is -1/],
    [{ name: 'categoricalFocalCrossentropy', alpha: [1, 0] }, /alpha is 0/],
  ])('refuses %o', (option, message) => {
    expect(() => getLoss(option as LossOptions)).toThrow(message);
  });

  it('refuses a focal alpha for other classes', () => {
    const loss = getLoss({ name: 'categoricalFocalCrossentropy', alpha: [1, 2] });
    expect(() => loss.value(rowOf(logits, 0), Float32Array.of(1, 0, 0, 0))).toThrow(/alpha has 2 numbers for 4/);
  });
});
