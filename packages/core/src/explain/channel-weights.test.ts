import { describe, expect, it } from 'vitest';
import { gradCamPlusPlusWeights, gradCamWeights, weightedMap } from './channel-weights.js';

const layer = (activations: number[], gradients: number[], channels: number) => ({
  activations: Float32Array.from(activations),
  gradients: Float32Array.from(gradients),
  channels,
});

describe('channel weights', () => {
  it('of Grad-CAM are the mean of each channel’s gradients', () => {
    expect([...gradCamWeights(layer([0, 0, 0, 0], [1, -2, 3, 4], 2))]).toEqual([2, 1]);
  });

  it('of Grad-CAM++ leave negative gradients out, and follow equation 19', () => {
    const { activations, gradients } = layer([1, 2, 3, 4], [1, -2, 3, 4], 2);
    const literal = [0, 1].map((channel) => {
      const [sum, g] = [
        activations[channel]! + activations[channel + 2]!,
        [gradients[channel]!, gradients[channel + 2]!],
      ];
      return g.reduce((w, v) => w + (v ** 2 / (2 * v ** 2 + sum * v ** 3)) * Math.max(v, 0), 0);
    });
    const weights = gradCamPlusPlusWeights({ activations, gradients, channels: 2 });
    for (const [i, weight] of weights.entries()) expect(weight).toBeCloseTo(literal[i]!, 12);
  });

  it('of Grad-CAM++ do not lose gradients whose cube is 0 in 32 bits', () => {
    expect(gradCamPlusPlusWeights(layer([1], [2 ** -67], 1))[0]).toBe(2 ** -68);
  });

  it('pass on what is no number instead of hiding it', () => {
    expect(gradCamPlusPlusWeights(layer([1], [Number.NaN], 1))[0]).toBeNaN();
  });

  it('add the channels up at each position', () => {
    expect([...weightedMap(layer([1, 2, 3, 4], [], 2), Float64Array.of(10, 1))]).toEqual([12, 34]);
  });
});
