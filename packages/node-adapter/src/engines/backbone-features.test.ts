import { getBackbone, preprocessings, seededWeights, type FrozenPrefix, type ImageBatch } from '@graft-ml/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { probeError, readBackboneGolden } from '../../../core/test/backbone-golden.js';
import { formulaImage } from '../../../core/test/formula-image.js';
import { onnxruntimeEngine } from './onnxruntime-engine.js';
import { prepareTfjsBackend } from './tfjs-backends.js';

/** The largest difference from Keras, as a share of the largest activation. */
const tolerance = 1e-4;

beforeAll(() => prepareTfjsBackend('structure'));

describe.each(['vgg16', 'vgg19', 'squeezenet'])('%s through onnxruntime', (name) => {
  const golden = readBackboneGolden(name);

  it.each(golden.cases)('gives the features that Keras gives at $inputSize, $preprocessing', async (expected) => {
    const [height, width] = expected.inputSize;
    const network = getBackbone(name).build([height, width]);
    const prefix: FrozenPrefix = {
      network,
      weights: seededWeights(network, { seed: golden.seed, draw: 'everything' }),
      preprocessing: preprocessings[expected.preprocessing],
      inputSize: [height, width],
    };
    const extractor = await onnxruntimeEngine().createExtractor(prefix);
    try {
      const batch: ImageBatch = { count: 1, height, width, data: formulaImage([height, width], golden.seed).data };
      expect(probeError(await extractor.extract(batch), expected)).toBeLessThanOrEqual(tolerance);
    } finally {
      await extractor.dispose();
      network.dispose();
    }
  });
});
