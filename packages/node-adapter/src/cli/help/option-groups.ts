import { Option, type Command } from 'commander';

/** Where an option stands in a command's help, by its long name; the order here is the order there. */
const groups: Readonly<Record<string, readonly string[]>> = {
  'Data:': [
    ...['root', 'columns', 'where', 'group-by', 'source-by', 'split', 'test-size', 'validation-size', 'external'],
    ...['shard', 'count', 'column', 'calibration-images'],
  ],
  'Model:': [
    ...['backbone', 'weights', 'dialect', 'head', 'preset', 'preprocessing', 'interpolation', 'resize', 'input-size'],
    ...['pooling', 'model', 'ensemble', 'layer'],
  ],
  'Training:': [
    ...['epochs', 'batch-size', 'learning-rate', 'augment', 'views', 'folds', 'repeats', 'fine-tune'],
    ...['fine-tune-epochs', 'fine-tune-learning-rate', 'seed'],
  ],
  'Scores:': ['temperature-scaling', 'no-temperature', 'thresholds', 'threshold-class', 'tta', 'confidence', 'expect'],
  'How it runs:': ['engine', 'precision', 'no-cache', 'resume', 'dry-run', 'config', 'verbose'],
  'Several machines:': [
    ...['cluster', 'redis', 'storage', 'data-root', 'shards', 'priority', 'trust-names', 'concurrency', 'threads'],
    ...['lock-seconds', 'idle-seconds'],
  ],
  'What comes out:': [
    ...[
      'out',
      'format',
      'csv',
      'plots',
      'report',
      'no-report',
      'embed-base',
      'medical',
      'no-medical',
      'fail-on',
      'json',
    ],
  ],
};

const helpHeading = 'How it runs:';

/** A command with fewer options needs no headings. */
const fewOptions = 8;

/** Puts a command's options under headings. Those that no group knows stand first, under `Options:`. */
export function groupOptions(command: Command): void {
  if (command.options.length < fewOptions) return;
  command.addHelpOption(new Option('-h, --help', 'display help for command').helpGroup(helpHeading));
  for (const [heading, names] of Object.entries(groups)) {
    for (const name of names) {
      const option = command.options.find(({ long }) => long === `--${name}`);
      if (option?.helpGroupHeading === undefined) option?.helpGroup(heading);
    }
  }
}

/** The place of an option's group; what has none comes first. */
export function groupOrder(heading: string): number {
  return Object.keys(groups).indexOf(heading);
}
