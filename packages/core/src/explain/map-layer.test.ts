import { describe, expect, it } from 'vitest';
import { setBackend } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { getBackbone } from '../backbones/registry.js';
import { networkConfig } from '../network/network-config.js';
import { defaultMapLayer, findMapLayer } from './map-layer.js';

function configOf(name: string) {
  const backbone = getBackbone(name);
  const network = backbone.build(backbone.inputSize);
  try {
    return { config: networkConfig(network), blocks: backbone.blocks };
  } finally {
    network.dispose();
  }
}

describe('the layer that heat maps read', () => {
  it.each([
    ['vgg16', 'block5_conv3'],
    ['vgg19', 'block5_conv4'],
    ['squeezenet', 'fire9/concat'],
    ['mobilenetv2', 'out_relu'],
  ])('of %s is %s', async (name, layer) => {
    await setBackend('cpu');
    expect(defaultMapLayer(configOf(name).config)).toBe(layer);
  });

  it('is one of the backbone’s own, or a block’s last', async () => {
    await setBackend('cpu');
    const { config, blocks } = configOf('squeezenet');
    expect(findMapLayer('fire4', config, blocks)).toBe('fire4/concat');
    expect(findMapLayer('fire4/squeeze1x1', config, blocks)).toBe('fire4/squeeze1x1');
    // Both a block and a layer are called so: layers come first.
    expect(findMapLayer('conv1', config, blocks)).toBe('conv1');
    expect(() => findMapLayer('fire99', config, blocks)).toThrow(
      /squeezenet has no layer "fire99"; the usual one is "fire9\/concat", its blocks are "conv1", "fire2"/,
    );
    expect(() => findMapLayer('input', config, blocks)).toThrow('no layer "input"');
  });
});
