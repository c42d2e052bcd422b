import { input, layers, model, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { getBackbone } from '../src/backbones/registry.js';
import { backboneConfig, buildNetwork, type BatchNormalizationMode } from '../src/model/build-network.js';
import type { BuiltNetwork, TransferModelParts } from '../src/model/transfer-model.js';
import { namedLayers } from '../src/network/named-layers.js';
import { FeatureTable } from '../src/features/feature-table.js';
import { networkConfig, type NetworkConfig } from '../src/network/network-config.js';
import type { Engine } from '../src/ports/feature-extractor.js';
import type { Runtime } from '../src/ports/runtime.js';
import { preprocessings } from '../src/preprocessing/preprocessing.js';
import { constantLearningRate } from '../src/training/learning-rate-schedule.js';
import { getOptimizer, type OptimizerOptions } from '../src/training/optimizers/optimizer-registry.js';
import { ruleOptimizer } from '../src/training/rule-optimizer.js';
import { trainSuffix } from '../src/training/train-suffix.js';
import { networkWeights } from '../src/weights/network-weights.js';
import { fillUniform } from '../src/weights/weight-formula.js';
import { seededWeights } from '../src/weights/seeded-weights.js';

/** The seed of oracles/fine_tuning.py. */
const fineTuningSeed = 5;
const classes = 3;

function head(channels: number, size: number): NetworkConfig {
  const x = input({ shape: [size, size, channels], name: 'head_input' });
  const steps = [
    layers.globalAveragePooling2d({ name: 'head_pool' }),
    layers.dense({ units: classes, name: 'head_logits' }),
    layers.softmax({ name: 'scores' }),
  ];
  const network = model({
    inputs: x,
    outputs: steps.reduce((v, layer) => layer.apply(v) as SymbolicTensor, x),
    name: 'head',
  });
  try {
    return networkConfig(network);
  } finally {
    network.dispose();
  }
}

/** A model's parts with seeded weights, pooling and a layer of logits; nothing asks the engine or the world outside. */
export function seededParts(backboneName: string, inputSize: number): TransferModelParts {
  const backbone = getBackbone(backboneName);
  const base = backbone.build([inputSize, inputSize]);
  const [, size, , channels] = base.outputShape as [null, number, number, number];
  const values = seededWeights(base, { seed: fineTuningSeed });
  base.dispose();
  return {
    backbone,
    weights: { selector: 'none', values, digest: 'test' },
    inputSize: [inputSize, inputSize],
    preprocessing: preprocessings.unit,
    interpolation: 'antialias',
    resize: 'stretch',
    head: head(channels, size),
    headName: 'test',
    includeTop: false,
    boundary: undefined,
    unfrozen: undefined,
    engine: { name: 'none' } as Engine,
    engineReason: '',
    seed: fineTuningSeed,
    runtime: {} as Runtime,
  };
}

/** Both sides of a model that is about to be fine-tuned. */
export async function unfrozenModel(one: {
  readonly backbone: string;
  readonly inputSize: number;
  readonly unfreezeFrom: string;
  readonly mode: BatchNormalizationMode;
}): Promise<BuiltNetwork> {
  const parts = seededParts(one.backbone, one.inputSize);
  const [unfreezeFrom = ''] = namedLayers(one.unfreezeFrom, backboneConfig(parts), parts.backbone.blocks);
  return buildNetwork(parts, {
    classNames: ['a', 'b', 'c'],
    unfrozen: { unfreezeFrom, batchNormalization: one.mode },
  });
}

/** A case of oracles/fine_tuning.py. */
export interface FineTuningCase {
  readonly backbone: string;
  readonly inputSize: number;
  readonly unfreezeFrom: string;
  readonly boundary: string;
  readonly boundaryShape: readonly number[];
  readonly mode: BatchNormalizationMode;
  readonly optimizer: OptimizerOptions & { readonly learningRate: number };
  readonly loss: number;
  readonly weights: Readonly<Record<string, readonly (readonly number[])[]>>;
}

const [batchSize, samples] = [2, 10];

/**
 * Takes the five steps of a case.
 * @returns The mean loss, and the values of each trained weight that the golden has, by layer.
 */
export async function takeFiveSteps(one: FineTuningCase): Promise<Pick<FineTuningCase, 'loss' | 'weights'>> {
  const { suffix, prefix } = await unfrozenModel(one);
  try {
    const table = activations(one.boundaryShape);
    const labels = Array.from({ length: samples }, (_, i) => i % classes);
    const { learningRate, ...option } = one.optimizer;
    const { rule } = getOptimizer(option);
    const { epochs } = await trainSuffix({
      suffix,
      train: {
        ids: labels.map(String),
        labels,
        order: () => labels.map((_, i) => i),
        table: () => Promise.resolve(table),
      },
      epochs: 1,
      batchSize,
      optimizer: ruleOptimizer(rule, { schedule: constantLearningRate(learningRate) }),
      seed: fineTuningSeed,
    });
    const weights = await networkWeights(suffix.network);
    const kept = Object.entries(one.weights).map(([layer, expected]) => {
      const values = expected.map(({ length }, i) =>
        spaced(weights.get(layer)?.[i]?.data ?? new Float32Array(), length),
      );
      return [layer, values] as const;
    });
    return { loss: epochs[0]?.loss ?? Number.NaN, weights: Object.fromEntries(kept) };
  } finally {
    await prefix.dispose();
    suffix.network.dispose();
  }
}

function activations(shape: readonly number[]): FeatureTable {
  const size = shape.reduce((product, length) => product * length, 1);
  const values = new Float32Array(samples * size);
  fillUniform(values, { key: { seed: fineTuningSeed, layer: 'activations', index: 0 }, offset: 0, spread: 2 });
  const table = new FeatureTable(shape, 1);
  for (let i = 0; i < samples; i++) table.push([values.slice(i * size, (i + 1) * size).map((v) => Math.max(v, 0))]);
  return table;
}

function spaced(values: Float32Array, kept: number): number[] {
  const step = kept > 1 ? (values.length - 1) / (kept - 1) : 0;
  return Array.from({ length: kept }, (_, i) => values[Math.floor(i * step + 1e-9)] ?? Number.NaN);
}
