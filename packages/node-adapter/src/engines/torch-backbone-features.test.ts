import { preprocessings, type ImageBatch } from '@graft-ml/core';
import { getBackbone } from '@graft-ml/core/backbones';
import { setBackend } from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { isLargeMember, probeError } from '../../../core/test/backbone-golden.js';
import { formulaImage } from '../../../core/test/formula-image.js';
import {
  chooseTorchBackbone,
  matchTorchWeights,
  readTorchGolden,
  tensorsChecksum,
  torchFile,
  torchTensors,
  type TorchGoldenCase,
} from '../../../core/test/torch-backbone-golden.js';
import { onnxruntimeEngine } from './onnxruntime-engine.js';
import { registerCpuBackend } from './tfjs-backends.js';

/** The largest difference from PyTorch, as a share of the largest activation. */
const tolerance = 1e-4;

/** `npm run test:backbones` runs them all, else one of each family and dialect. */
const full = process.env['GRAFT_FULL'] !== undefined;
const { seed, inputSize, cases } = readTorchGolden();
const run = cases.filter(({ name }) => full || !(isLargeMember(name) || /^(?:vgg19|resnet1)/.test(name)));

// Networks without values are built where a weight takes no memory.
beforeEach(async () => {
  await registerCpuBackend();
  await setBackend('cpu');
});

describe.each(run)("$name in the dialect $dialect, $model's names", (golden) => {
  it("gives PyTorch's features", async ({ annotate }) => {
    const error = await featureError(golden);
    await annotate(`largest difference from PyTorch: ${error.toExponential(1)} of the largest activation`);
    expect(error).toBeLessThanOrEqual(tolerance);
  });
});

async function featureError(golden: TorchGoldenCase): Promise<number> {
  const { name, dialect, damping } = golden;
  const torch = getBackbone(name).torch?.find((other) => other.dialect === dialect);
  if (torch === undefined) throw new Error(`${name} has no dialect ${dialect}`);
  const network = torch.backbone.build(inputSize);
  const tensors = torchTensors(network, torch, { seed, damping });
  expect(tensorsChecksum(tensors)).toEqual(golden.tensors);
  const file = torchFile(tensors, dialect === 'timm-tf' ? { architecture: golden.model } : {});
  expect(chooseTorchBackbone(file, getBackbone(name)).dialect).toBe(dialect);
  expect(torch.backbone.preprocessing).toBe(golden.preprocessing);
  expect(network.outputs[0]?.shape.slice(1)).toEqual(golden.outputShape);
  const extractor = await onnxruntimeEngine().createExtractor({
    network,
    weights: matchTorchWeights(network, file, torch),
    preprocessing: preprocessings[golden.preprocessing],
    inputSize,
  });
  try {
    const [height, width] = inputSize;
    const batch: ImageBatch = { count: 1, height, width, data: formulaImage(inputSize, seed).data };
    return probeError(await extractor.extract(batch), golden);
  } finally {
    await extractor.dispose();
    network.dispose();
  }
}
