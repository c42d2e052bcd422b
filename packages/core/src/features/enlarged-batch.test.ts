import '@tensorflow/tfjs-backend-cpu';
import { input, layers, model, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { describe, expect, it } from 'vitest';
import { enlargedBatch, readBatchFactor } from './enlarged-batch.js';

function networkOf(side: number, filters: number) {
  const x = input({ shape: [side, side, 3] });
  return model({ inputs: x, outputs: layers.conv2d({ filters, kernelSize: 1 }).apply(x) as SymbolicTensor });
}

describe('how many images a call holds', () => {
  it.each([
    ['as the engine says for large maps', [224, 64], 8],
    ['as the engine says for common ones', [112, 64], 8],
    ['more for small ones, by what they hold', [56, 128], 16],
    ['8 times as many at most', [8, 8], 64],
  ] as const)('%s', (_, [side, filters], expected) => {
    const network = networkOf(side, filters);
    expect(enlargedBatch(network, 8)).toBe(expected);
    network.dispose();
  });
});

describe('what a compiled graph says of it', () => {
  it.each([
    ['4', 4],
    [undefined, 1],
    ['', 1],
    ['9', 1],
    ['1.5', 1],
    ['many', 1],
  ])('%j is taken as %i', (text, factor) => {
    expect(readBatchFactor(text)).toBe(factor);
  });
});
