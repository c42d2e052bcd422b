import '@tensorflow/tfjs-backend-cpu';
import { memory, setBackend, type Variable } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { seededParts, unfrozenModel } from '../../test/unfrozen-model.js';
import { backboneConfig, buildNetwork } from './build-network.js';
import { learningRateFactors } from './learning-rate-factors.js';

beforeAll(() => setBackend('cpu'));

describe('unfreezing', () => {
  it.each([
    { backbone: 'vgg16', unfreezeFrom: 'block5', boundary: 'block4_pool', first: 'block5_conv1' },
    { backbone: 'vgg16', unfreezeFrom: 'block5_conv2', boundary: 'block5_conv1', first: 'block5_conv2' },
    {
      backbone: 'mobilenetv2',
      unfreezeFrom: 'block_1',
      boundary: 'expanded_conv_project_BN',
      first: 'block_1_expand',
    },
    { backbone: 'mobilenetv2', unfreezeFrom: 'block_15_expand', boundary: 'block_14_add', first: 'block_15_expand' },
    { backbone: 'resnet50', unfreezeFrom: 'conv5', boundary: 'conv4_block6_out', first: 'conv5_block1_1_conv' },
    { backbone: 'resnet50', unfreezeFrom: 'conv5_block3', boundary: 'conv5_block2_out', first: 'conv5_block3_1_conv' },
  ])('$backbone from $unfreezeFrom cuts behind $boundary', async ({ boundary, first, ...one }) => {
    const built = await unfrozenModel({ ...one, inputSize: 64, mode: 'inference' });
    expect(built.boundary).toBe(boundary);
    const trained = built.suffix.network.layers.filter((layer) => layer.trainableWeights.length > 0);
    expect(trained[0]?.name).toBe(first);
    await built.prefix.dispose();
    built.suffix.network.dispose();
  });

  it('refuses a name that is not there, listing the blocks', async () => {
    const wrong = unfrozenModel({ backbone: 'vgg16', inputSize: 32, unfreezeFrom: 'block9', mode: 'inference' });
    await expect(wrong).rejects.toThrow(/no layer or block "block9"; the blocks are "block1", .*"block5"/);
  });

  it('keeps what was trained before out of the prefix', async () => {
    const parts = seededParts('vgg16', 32);
    const options = { classNames: ['a', 'b', 'c'], earlierBoundary: 'block3_pool' };
    const built = await buildNetwork(parts, {
      ...options,
      unfrozen: { unfreezeFrom: 'block5_conv1', batchNormalization: 'inference' },
    });
    expect(built.boundary).toBe('block3_pool');
    const trained = built.suffix.network.layers.filter((layer) => layer.trainableWeights.length > 0);
    expect(trained[0]?.name).toBe('block5_conv1');
    await built.prefix.dispose();
    built.suffix.network.dispose();
  });

  it('leaves no tensor behind', async () => {
    const before = memory().numTensors;
    const built = await unfrozenModel({
      backbone: 'mobilenetv2',
      inputSize: 64,
      unfreezeFrom: 'block_16',
      mode: 'train',
    });
    await built.prefix.dispose();
    built.suffix.network.dispose();
    expect(memory().numTensors).toBe(before);
  });
});

describe('learning rates of parts', () => {
  const rates = async (options: Parameters<typeof learningRateFactors>[0], layers: readonly string[] = []) => {
    const parts = seededParts('mobilenetv2', 32);
    const backbone = backboneConfig(parts);
    const one = { backbone: 'mobilenetv2', inputSize: 32, unfreezeFrom: 'block_15', mode: 'inference' } as const;
    const { suffix, prefix } = await unfrozenModel(one);
    try {
      const factors = learningRateFactors(options, {
        suffix,
        backbone,
        blocks: parts.backbone.blocks,
        learningRate: 1e-4,
      });
      return layers.map((layer) =>
        factors?.get(suffix.network.getLayer(layer).trainableWeights[0]?.read() as Variable),
      );
    } finally {
      await prefix.dispose();
      suffix.network.dispose();
    }
  };

  it('go down by block from the head', async () => {
    const layers = ['head_logits', 'block_16_expand', 'block_15_expand'];
    expect(await rates({ blockDecay: 0.5 }, layers)).toEqual([1, 0.5, 0.25]);
  });

  it('are what is asked for by name, before the decay', async () => {
    const layers = ['block_15_expand', 'block_16_expand', 'block_16_project', 'head_logits'];
    const options = { learningRates: { block_15: 1e-6, block_16_expand: 2e-5 }, blockDecay: 0.5 };
    for (const [i, factor] of (await rates(options, layers)).entries()) {
      expect(factor).toBeCloseTo([0.01, 0.2, 0.5, 1][i] ?? Number.NaN, 12);
    }
  });

  it('refuse parts that stay frozen, and rates that are none', async () => {
    await expect(rates({ learningRates: { block_1: 1e-6 } })).rejects.toThrow(/"block_1", which stays frozen/);
    await expect(rates({ learningRates: { block_16: 0 } })).rejects.toThrow(/learningRates.block_16 is 0/);
    await expect(rates({ blockDecay: 0 })).rejects.toThrow(/blockDecay is 0/);
  });
});
