import { listBackbones, preprocessings, type Engine, type ImageBatch } from '@graft-ml/core';
import { getBackbone } from '@graft-ml/core/backbones';
import { setBackend } from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  goldenWeights,
  isLargeMember,
  probeError,
  readBackboneGolden,
  type BackboneGoldenCase,
} from '../../../core/test/backbone-golden.js';
import { formulaImage } from '../../../core/test/formula-image.js';
import { nodeEngines } from '../node-runtime.js';
import { registerCpuBackend } from './tfjs-backends.js';

/** The largest difference from Keras, as a share of the largest activation. */
const tolerance = 1e-4;

/** `npm run test:backbones` runs every case on both engines; else each network runs once, at its small size. */
const full = process.env['GRAFT_FULL'] !== undefined;

// Core's tests compute these in the full tier only: the plain backend is slow at their many channels.
const heavy = ['xception', 'inceptionv3', 'inceptionresnetv2', 'convnexttiny'];

const runs = nodeEngines().flatMap((engine) => {
  if (engine.name === 'cpu' || engine.accelerator !== undefined) return [];
  const all = listBackbones().map(({ name }) => name);
  const names = full ? all : all.filter((name) => !isLargeMember(name));
  return full || engine.name === 'onnxruntime' ? [{ engine, names }] : [{ engine, names: heavy }];
});

// Networks without values are built where a weight takes no memory.
beforeEach(async () => {
  await registerCpuBackend();
  await setBackend('cpu');
});

for (const { engine, names } of runs) {
  describe.each(names)(`%s through ${engine.name} gives the features that Keras gives`, (name) => {
    const { cases } = readBackboneGolden(name);
    it.for(full ? cases : cases.slice(1))('at $inputSize, $preprocessing', async (expected, { annotate }) => {
      const error = await featureError({ engine, name, expected });
      await annotate(`largest difference from Keras: ${error.toExponential(1)} of the largest activation`);
      expect(error).toBeLessThanOrEqual(tolerance);
    });
  });
}

async function featureError(run: { engine: Engine; name: string; expected: BackboneGoldenCase }): Promise<number> {
  const { engine, name, expected } = run;
  const golden = readBackboneGolden(name);
  const [height, width] = expected.inputSize;
  const network = getBackbone(name).build([height, width]);
  const extractor = await engine.createExtractor({
    network,
    weights: goldenWeights(network, golden),
    preprocessing: preprocessings[expected.preprocessing],
    inputSize: [height, width],
  });
  try {
    const batch: ImageBatch = { count: 1, height, width, data: formulaImage([height, width], golden.seed).data };
    return probeError(await extractor.extract(batch), expected);
  } finally {
    await extractor.dispose();
    network.dispose();
  }
}
