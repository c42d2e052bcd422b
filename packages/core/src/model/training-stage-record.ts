import type { Augmentation } from '../augmentation/augmentation.js';
import type { Dataset } from '../dataset/dataset.js';
import type { FineTuneOptions } from './fine-tune-options.js';
import { fineTuneDefaults, fitDefaults, stepDefaults } from './fit-defaults.js';
import type { FitOptions } from './fit-options.js';
import type { FitHistory } from './fit-suffix.js';
import { dataRecord, type TrainingStageRecord } from './provenance.js';

/** What {@link trainingStageRecord} looks at. */
export interface TrainingStageFacts {
  readonly stage: TrainingStageRecord['stage'];
  readonly train: Dataset;
  readonly options: FitOptions | FineTuneOptions;
  readonly history: FitHistory;
  readonly seed: number;
  /** Whether the head was solved at once: the settings of steps say nothing then. */
  readonly solved: boolean;
}

const defaults = {
  fit: { ...fitDefaults, ...stepDefaults },
  fineTune: { ...fineTuneDefaults, ...stepDefaults },
};

/** What neither decides the weights nor can be written down, and what stands elsewhere in the record. */
const left: ReadonlySet<string> = new Set<keyof FitOptions>([
  'callbacks',
  'checkpoint',
  'now',
  'onProgress',
  'onWarning',
  'seed',
  'signal',
  'validation',
]);

/** Writes down one stage of training, so that it stays with the model. */
export function trainingStageRecord(facts: TrainingStageFacts): TrainingStageRecord {
  const { stage, train, options, history, seed, solved } = facts;
  const { epochs, bestEpoch } = history;
  const given = Object.entries(options).filter(([name, value]) => value !== undefined && !left.has(name));
  const best = epochs.find(({ epoch }) => epoch === bestEpoch);
  const { epoch: _, learningRate: _rate, ...metrics } = best ?? { epoch: 0, learningRate: 0 };
  return {
    stage,
    seed: options.seed ?? seed,
    settings: {
      ...(!solved && defaults[stage]),
      ...Object.fromEntries(given.map(([name, value]) => [name, plainValue(value)])),
    },
    data: dataRecord(train),
    validation: options.validation === undefined ? null : dataRecord(options.validation),
    epochs: epochs.length,
    bestEpoch,
    metrics,
  };
}

/** A setting as JSON: augmentations and losses of one's own by their names, functions as that they are there. */
function plainValue(value: unknown): unknown {
  if (typeof value === 'function') return 'a function of your own';
  if (Array.isArray(value)) return value.map(plainValue);
  if (typeof value !== 'object' || value === null) return value;
  if ('describe' in value) return (value as Augmentation).describe();
  const { name } = value as { readonly name?: unknown };
  const hasFunctions = Object.values(value).some((entry) => typeof entry === 'function');
  if (hasFunctions && typeof name === 'string') return name;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, plainValue(entry)]));
}
