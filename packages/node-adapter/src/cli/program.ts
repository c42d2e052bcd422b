import { Command } from 'commander';
import { auditCommand } from './commands/audit.js';
import { backbonesCommand } from './commands/backbones.js';
import { cacheCommand } from './commands/cache.js';
import { calibrateCommand } from './commands/calibrate.js';
import { compareCommand } from './commands/compare.js';
import { datasetCommand } from './commands/dataset.js';
import { demoCommand } from './commands/demo.js';
import { doctorCommand } from './commands/doctor.js';
import { enginesCommand } from './commands/engines.js';
import { evaluateCommand } from './commands/evaluate.js';
import { explainCommand } from './commands/explain.js';
import { extractCommand } from './commands/extract.js';
import { metricsCommand } from './commands/metrics.js';
import { predictCommand } from './commands/predict.js';
import { splitCommand } from './commands/split.js';
import { trainCommand } from './commands/train.js';
import { weightsCommand } from './commands/weights.js';
import { version } from './version.js';

/** The `graft` command with all its subcommands. Each loads what it needs only when it runs. */
export function createProgram(): Command {
  const program = new Command('graft')
    .description('Transfer learning on images: train a classifier on a folder of images, evaluate it, use it.')
    .version(version)
    .option('--verbose', 'print stack traces and causes with errors')
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(`${oneLine(text)}; see graft --help\n`) })
    .addHelpText(
      'after',
      `
Examples:
  graft demo
  graft train photos --backbone vgg16 --weights vgg16_notop.h5 --out models/photos
  graft predict models/photos new-photos --expect cat`,
    );
  for (const command of [
    trainCommand(),
    evaluateCommand(),
    compareCommand(),
    calibrateCommand(),
    predictCommand(),
    explainCommand(),
    extractCommand(),
    splitCommand(),
    auditCommand(),
    metricsCommand(),
    datasetCommand(),
    backbonesCommand(),
    weightsCommand(),
    cacheCommand(),
    doctorCommand(),
    enginesCommand(),
    demoCommand(),
  ]) {
    program.addCommand(inheritSettings(command, program));
  }
  return program;
}

function inheritSettings(command: Command, parent: Command): Command {
  command.copyInheritedSettings(parent).option('--verbose', 'print stack traces and causes with errors');
  for (const child of command.commands) inheritSettings(child, parent);
  return command;
}

/** Commander puts its suggestions on lines of their own. */
function oneLine(text: string): string {
  return text
    .trim()
    .replace(/^error: /, 'graft: ')
    .replace(/\s*\n\s*/g, ' ');
}
