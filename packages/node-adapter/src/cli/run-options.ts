import type { Command } from 'commander';
import type { RunSettings } from '../jobs/evaluate-model.js';
import { addSplitOptions } from './dataset-options.js';
import { parseCount, parseShare } from './option-parsers.js';
import { sharedOptions } from './shared-options.js';

/** The flags of a command that runs saved models over a data set. */
export interface RunFlags extends RunSettings {
  readonly json?: boolean;
}

/** Adds the flags of test-time augmentation. */
export function addViewOptions(command: Command): Command {
  return command
    .option('--tta <number>', 'test-time augmentation: views of each image whose scores are averaged', parseCount)
    .option('--augment <list>', 'how the views are made; default: flip=horizontal,rotation=10')
    .addOption(sharedOptions.seed());
}

/** Adds the flags of {@link RunFlags}, but for a manifest's. */
export function addRunOptions(command: Command, csv: string): Command {
  addSplitOptions(addViewOptions(command));
  return command
    .option('--confidence <share>', 'confidence of the intervals (default: 0.95)', parseShare)
    .addOption(sharedOptions.modelWeights())
    .addOption(sharedOptions.engine())
    .option('--csv <file>', csv)
    .addOption(sharedOptions.json());
}
