import { getBackend } from '@tensorflow/tfjs-core';
import { sha256 } from '../digest.js';
import { tableDigest } from '../features/table-digest.js';
import type { PrefixRunner } from '../features/prefix-runner.js';
import { networkConfig } from '../network/network-config.js';
import type { NetworkRunner } from '../network/run-network.js';
import type { TrainingSet, ValidationSet } from '../training/training-set.js';
import { libraryVersion } from '../version.js';
import { networkWeights } from '../weights/network-weights.js';
import { weightsDigest } from '../weights/weights-digest.js';
import { stepDefaults } from './fit-defaults.js';
import type { FitOptions } from './fit-options.js';
import type { FitSettings } from './fit-settings.js';

/** All that decides the course of a run. */
export interface RunParts {
  readonly options: FitOptions;
  readonly settings: FitSettings;
  readonly seed: number;
  readonly classNames: readonly string[];
  readonly prefix: PrefixRunner;
  readonly suffix: NetworkRunner;
  readonly train: TrainingSet;
  readonly validation: ValidationSet | undefined;
}

/**
 * What must be the same for a run that was cut off to go on, as texts to compare: short ones say what they are in a message,
 * data and model are digests. Functions are told apart by their source.
 */
export async function runSettings(parts: RunParts): Promise<Readonly<Record<string, string>>> {
  const { options, settings, suffix, train, validation } = parts;
  const { layers } = networkConfig(suffix.network);
  const model = [
    parts.prefix.digest,
    layers,
    suffix.network.layers.map(({ trainable }) => trainable),
    await weightsDigest(await networkWeights(suffix.network)),
  ];
  const data = [
    parts.classNames,
    [train.ids, train.labels, train.weights, await tableDigest(await train.table(0))],
    validation && [validation.labels, await tableDigest(validation.table)],
  ];
  return {
    version: libraryVersion,
    backend: getBackend(),
    epochs: String(settings.epochs),
    batchSize: String(settings.batchSize),
    learningRate: String(settings.learningRate),
    decay: String(options.decay ?? 0),
    schedule: describe(options.schedule ?? stepDefaults.schedule),
    optimizer: describe(options.optimizer ?? stepDefaults.optimizer),
    loss: describe(options.loss ?? stepDefaults.loss),
    metrics: settings.metrics.map(({ name }) => name).join(', '),
    views: String(options.views ?? 'default'),
    augmentation: (options.augmentation ?? []).map((augmentation) => augmentation.describe()).join(', '),
    sampler: describe(options.sampler ?? stepDefaults.sampler),
    softLabels: describe(options.softLabels ?? 'none'),
    seed: String(parts.seed),
    model: await sha256(JSON.stringify(model)),
    data: await sha256(JSON.stringify(data)),
  };
}

function describe(option: unknown): string {
  if (typeof option === 'string') return option;
  return JSON.stringify(option, (_, value: unknown) => (typeof value === 'function' ? String(value) : value));
}
