import { setBackend } from '@tensorflow/tfjs-core';
import { preprocessings, type Engine } from '@graft-ml/core';
import { getBackbone } from '@graft-ml/core/backbones';
import { featureExtractorContract, trainingBackendContract } from '@graft-ml/core/contracts';
import { describe, expect, it } from 'vitest';
import { goldenWeights, probeError, readBackboneGolden } from '../../../core/test/backbone-golden.js';
import { formulaImage } from '../../../core/test/formula-image.js';
import { engineNetworks, prefixOf } from '../../test/engine-networks.js';
import { nodeEngines } from '../node-runtime.js';
import { prepareTfjsBackend, registerCpuBackend } from './tfjs-backends.js';

/** An imitated GPU takes minutes for what is larger than a few layers. */
const patience = 900_000;
const full = process.env['GRAFT_FULL'] !== undefined;

// tfjs-node runs here after `graft engines install tensorflow`, webgpu with a GPU or, slowly, with SwiftShader:
// VK_ICD_FILENAMES=/usr/lib/chromium/vk_swiftshader_icd.json (Debian's chromium and libvulkan1).
const engines = nodeEngines().filter(({ name }) => ['tfjs-node', 'webgpu'].includes(name));

const useReferenceBackend = async () => {
  await registerCpuBackend();
  await setBackend('cpu');
};

for (const engine of engines) {
  const status = await engine.check();
  const large = full || engine.name !== 'webgpu';
  describe.skipIf(!status.usable)(`engine ${engine.name} (${status.usable ? status.detail : status.reason})`, () => {
    for (const [title, build] of Object.entries(engineNetworks)) {
      // TensorFlow has no dilated depthwise convolution on CPUs; no backbone has one either.
      const lacks = engine.name === 'tfjs-node' && title.includes('separable');
      if (lacks) {
        it('says in one line which operation it lacks', async () => {
          await useReferenceBackend();
          const extractor = await engine.createExtractor(prefixOf(build));
          const images = extractor.extract({ count: 1, height: 13, width: 11, data: new Uint8Array(13 * 11 * 3) });
          await expect(images).rejects.toThrow(/^engine "tfjs-node" cannot run this network: .*; use another engine$/);
          await extractor.dispose();
        });
        continue;
      }
      describe(`keeps the contract: ${title}`, () => {
        const checks = featureExtractorContract({ engine, prefix: () => prefixOf(build), useReferenceBackend });
        for (const check of checks) it(check.title, check.run);
      });
    }

    describe('as what trains', () => {
      const useBackend = async () => {
        await prepareTfjsBackend('fineTuning', engine.name);
      };
      for (const { title, run } of trainingBackendContract({ useBackend, useReferenceBackend })) {
        it.skipIf(title.includes('last block') && !large)(title, run, patience);
      }
    });

    it.skipIf(!large).each(['mobilenetv2', 'squeezenet', 'densenet121'])(
      'gives the features of %s that Keras gives',
      async (name) => {
        await useReferenceBackend();
        expect(await featureError(engine, name)).toBeLessThanOrEqual(1e-4);
      },
      patience,
    );
  });
}

/** The largest difference from Keras' golden at the small size, as a share of the largest activation. */
async function featureError(engine: Engine, name: string): Promise<number> {
  const golden = readBackboneGolden(name);
  const expected = golden.cases.at(-1)!;
  const [height, width] = expected.inputSize;
  const network = getBackbone(name).build([height, width]);
  const extractor = await engine.createExtractor({
    network,
    weights: goldenWeights(network, golden),
    preprocessing: preprocessings[expected.preprocessing],
    inputSize: [height, width],
  });
  try {
    const batch = { count: 1, height, width, data: formulaImage([height, width], golden.seed).data };
    return probeError(await extractor.extract(batch), expected);
  } finally {
    await extractor.dispose();
    network.dispose();
  }
}
