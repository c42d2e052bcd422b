import type { CalibrateSettings } from './jobs/calibrate-model.js';
import type { EvaluateSettings } from './jobs/evaluate-model.js';
import type { ExtractSettings } from './jobs/extract-to-file.js';
import type { TrainSettings } from './jobs/train-folder.js';

/** A flag's value in a config file: as it is typed, a number, or `true` and `false` for flags without a value. */
export type ConfigValue = string | number | boolean | readonly (string | number)[] | Readonly<Record<string, unknown>>;

/** Options of a command by name, in camelCase: `--batch-size 16` is `batchSize: 16`, `--no-report` is `report: false`. */
export type ConfigSection<Names extends string> = Readonly<Partial<Record<Names, ConfigValue>>>;

type Section<Settings, More extends string = never> = ConfigSection<Exclude<keyof Settings, symbol | number> | More>;
type OpenSection = Readonly<Record<string, ConfigValue | Readonly<Record<string, ConfigValue>>>>;
type OpenCommand = 'audit' | 'dataset' | 'demo' | 'explain' | 'export' | 'metrics' | 'predict' | 'split' | 'worker';

/** What a `graft.config.ts` (or `.json`, `.js`, `.mjs`) holds: a section for each command, and one for all of them. */
export interface GraftConfig extends Readonly<Partial<Record<OpenCommand, OpenSection>>> {
  /** Of every command that has the option. */
  readonly defaults?: OpenSection;
  readonly train?: Section<TrainSettings, 'folds' | 'json'>;
  readonly evaluate?: Section<EvaluateSettings, 'json'>;
  readonly compare?: Section<EvaluateSettings, 'json'>;
  readonly calibrate?: Section<CalibrateSettings, 'temperature' | 'json'>;
  readonly extract?: Section<ExtractSettings, 'root' | 'columns' | 'where' | 'cache' | 'shard' | 'json'>;
}

/**
 * Gives a `graft.config.ts` its types: an editor then knows the options, and the compiler finds what is misspelt. The command
 * checks the file all the same, and its flags win over it.
 *
 * @returns The config itself.
 * @example `export default defineConfig({ train: { backbone: 'vgg16', epochs: 25, testSize: 0.2 } })`
 */
export function defineConfig(config: GraftConfig): GraftConfig {
  return config;
}
