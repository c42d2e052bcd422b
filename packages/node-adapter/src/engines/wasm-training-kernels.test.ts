import {
  add,
  div,
  engine,
  matMul,
  memory,
  mul,
  scalar,
  setBackend,
  sqrt,
  square,
  sub,
  tensor2d,
  tidy,
  zeros,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { ADAM_KERNEL } from '@graft-ml/core/gradient-kernels';
import { beforeAll, describe, expect, it } from 'vitest';
import { prepareTfjsBackend } from './tfjs-backends.js';

beforeAll(async () => {
  await prepareTfjsBackend('training');
  await setBackend('wasm');
});

function draws(count: number, seed: number): Float32Array {
  let state = seed;
  const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32 - 0.5;
  return Float32Array.from({ length: count }, next);
}

describe('kernels for training on WebAssembly', () => {
  it.each([
    [1, 1, 1],
    [8, 512, 64],
    [5, 7, 3],
    [3, 1, 9],
  ])('multiplies transposed matrices: %i×%i by %i', (rows, inner, columns) => {
    const [a, b] = [draws(rows * inner, 1), draws(inner * columns, 2)];
    const expected = Array.from({ length: rows * columns }, (_, place) => {
      const [row, column] = [Math.floor(place / columns), place % columns];
      let sum = 0;
      for (let k = 0; k < inner; k += 1) sum += a[row * inner + k]! * b[k * columns + column]!;
      return sum;
    });
    const turn = (values: Float32Array, height: number, width: number) =>
      Float32Array.from(values, (_, i) => values[(i % height) * width + Math.floor(i / height)]!);
    const before = memory().numTensors;
    for (const transposeA of [false, true]) {
      for (const transposeB of [false, true]) {
        const product = tidy(() => {
          const left = transposeA ? tensor2d(turn(a, rows, inner), [inner, rows]) : tensor2d(a, [rows, inner]);
          const right = transposeB
            ? tensor2d(turn(b, inner, columns), [columns, inner])
            : tensor2d(b, [inner, columns]);
          return matMul(left, right, transposeA, transposeB).dataSync();
        });
        // Sums of up to 512 products of numbers below one half.
        for (const [place, value] of expected.entries()) expect(Math.abs(product[place]! - value)).toBeLessThan(1e-5);
      }
    }
    expect(memory().numTensors).toBe(before);
  });

  it('takes the very step of Adam that single operations take', () => {
    const [beta1, beta2, epsilon] = [0.9, 0.999, 1e-7];
    const before = memory().numTensors;
    tidy(() => {
      const shape: [number, number] = [20, 15];
      const gradient = tensor2d(
        draws(300, 4).map((value, place) => (place % 9 === 0 ? 0 : value * 10 ** -(place % 25))),
        shape,
      );
      const rate = scalar(0.003);
      let own = [tensor2d(draws(300, 3), shape), zeros(shape), zeros(shape)];
      let expected = own;
      for (let step = 0; step < 20; step += 1) {
        const [weight, mean, squares] = own as [Tensor, Tensor, Tensor];
        const inputs = { weight, gradient, mean, squares, rate };
        own = engine().runKernel<Tensor[]>(ADAM_KERNEL, inputs, { beta1, beta2, epsilon });
        const [oldWeight, oldMean, oldSquares] = expected as [Tensor, Tensor, Tensor];
        const newMean = add(oldMean, mul(sub(gradient, oldMean), scalar(1 - beta1)));
        const newSquares = add(oldSquares, mul(sub(square(gradient), oldSquares), scalar(1 - beta2)));
        const newWeight = sub(oldWeight, div(mul(newMean, rate), add(sqrt(newSquares), scalar(epsilon))));
        expected = [newWeight, newMean, newSquares];
      }
      const values = (tensors: readonly Tensor[]) => tensors.map((each) => [...each.dataSync()]);
      expect(values(own)).toEqual(values(expected));
    });
    expect(memory().numTensors).toBe(before);
  });
});
