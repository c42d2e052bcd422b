import type { BackboneDefinition } from '../backbones/backbone-definition.js';
import { pretrainedBackbone } from '../backbones/build-with-top.js';
import { choosePreciseEngine } from '../engines/choose-precise-engine.js';
import type { HeadDefinition } from '../head/head-definition.js';
import type { NetworkConfig } from '../network/network-config.js';
import { preprocessings } from '../preprocessing/preprocessing.js';
import type { QuantizationPlan } from '../quantization/quantization-plan.js';
import { checkPrecision } from '../quantization/require-int8.js';
import type { Unfrozen } from './build-network.js';
import type { BuildOptions } from './build-transfer-model.js';
import { loadWeights, type EmbeddedWeights } from './load-weights.js';
import { TransferModel } from './transfer-model.js';

/** Finds weights and engine for a backbone: what building and loading share. */
export async function prepareModel(
  backbone: BackboneDefinition,
  options: Omit<BuildOptions, 'head'> & {
    readonly head: HeadDefinition | NetworkConfig;
    readonly headName: string;
    readonly boundary?: string | undefined;
    readonly unfrozen?: Unfrozen | undefined;
    readonly quantization?: QuantizationPlan | undefined;
    readonly embedded?: EmbeddedWeights | undefined;
  },
): Promise<TransferModel> {
  const { runtime, seed = 42, preprocessing = 'auto' } = options;
  const precision = checkPrecision(options.precision ?? 'fp32');
  const { engine, reason } = await choosePreciseEngine(runtime.engines, { name: options.engine ?? 'auto', precision });
  const inputSize = options.inputSize ?? backbone.inputSize;
  await runtime.prepareBackend('structure');
  const asked = options.includeTop === true ? pretrainedBackbone(backbone) : backbone;
  const found = await loadWeights(asked, {
    ...options,
    source: runtime.weights,
    selector: options.weights ?? backbone.pretrained ?? 'imagenet',
    inputSize,
    seed,
  });
  return new TransferModel({
    backbone: found.backbone,
    weights: found.weights,
    inputSize,
    preprocessing: preprocessings[preprocessing === 'auto' ? found.preprocessing : preprocessing],
    interpolation: options.interpolation ?? 'antialias',
    resize: options.resize ?? 'stretch',
    head: options.head,
    headName: options.headName,
    includeTop: options.includeTop ?? false,
    boundary: options.boundary,
    unfrozen: options.unfrozen,
    engine,
    engineReason: reason,
    precision,
    int8: options.int8,
    quantization: options.quantization,
    seed,
    runtime,
  });
}
