import { rotate } from '../augmentation/rotate.js';
import { quoteNames } from '../errors.js';
import type { BuildOptions } from '../model/build-transfer-model.js';
import type { FitOptions } from '../model/fit-options.js';
import type { TrainingJobOptions } from './training-job.js';

/** Settings that belong together; what a user gives beside them wins. */
export interface Preset {
  /** The backbone where none is named. */
  readonly backbone: string;
  readonly build: Pick<BuildOptions, 'head' | 'interpolation' | 'preprocessing'>;
  /** For `fit`. */
  readonly fit: Omit<FitOptions, 'seed'>;
  /** For a whole job: the settings of `fit`, and how the data set is divided. */
  readonly job: Omit<TrainingJobOptions, 'seed'>;
}

/** What a preset may have to adapt itself to. */
export interface PresetOverrides {
  readonly epochs?: number | undefined;
  readonly learningRate?: number | undefined;
}

/** The 2020 Keras notebook, its mistakes included: pixels / 255 for weights that expect otherwise, the test picks the epoch. */
function notebookPreset({ epochs = 25, learningRate = 1e-3 }: PresetOverrides): Preset {
  const fit = {
    augmentation: [rotate({ degrees: 15 })],
    batchSize: 8,
    decay: learningRate / epochs,
    epochs,
    learningRate,
    views: 'epoch',
  } as const;
  return {
    backbone: 'vgg16',
    build: { head: 'notebook', interpolation: 'bilinear', preprocessing: 'unit' },
    fit,
    job: { ...fit, testSize: 0.2, validateOnTest: true },
  };
}

const presets: ReadonlyMap<string, (overrides: PresetOverrides) => Preset> = new Map([['notebook', notebookPreset]]);

/**
 * Finds settings that belong together by name, such as `notebook`.
 *
 * @throws RangeError for an unknown name, listing what exists.
 * @example `const { job } = getPreset('notebook', { epochs: 10 });`
 */
export function getPreset(name: string, overrides: PresetOverrides = {}): Preset {
  const preset = presets.get(name);
  if (preset === undefined) throw new RangeError(`unknown preset "${name}"; there are ${quoteNames(presets.keys())}`);
  return preset(overrides);
}
