import { Command } from 'commander';
import { auditCommand } from './commands/audit.js';
import { backbonesCommand } from './commands/backbones.js';
import { cacheCommand } from './commands/cache.js';
import { calibrateCommand } from './commands/calibrate.js';
import { compareCommand } from './commands/compare.js';
import { completionCommand } from './commands/completion.js';
import { datasetCommand } from './commands/dataset.js';
import { demoCommand } from './commands/demo.js';
import { doctorCommand } from './commands/doctor.js';
import { enginesCommand } from './commands/engines.js';
import { evaluateCommand } from './commands/evaluate.js';
import { explainCommand } from './commands/explain.js';
import { exportCommand } from './commands/export.js';
import { extractCommand } from './commands/extract.js';
import { mergeCommand } from './commands/merge.js';
import { metricsCommand } from './commands/metrics.js';
import { predictCommand } from './commands/predict.js';
import { shardCommand } from './commands/shard.js';
import { splitCommand } from './commands/split.js';
import { trainCommand } from './commands/train.js';
import { weightsCommand } from './commands/weights.js';
import { sortCommands } from './help/command-groups.js';
import { configureHelp, helpWidth } from './help/configure-help.js';
import { examples } from './help/examples.js';
import { workerCommand } from './commands/worker.js';
import { version } from './version.js';
import { visibleText } from '../visible-text.js';

/** The `graft` command with all its subcommands. Each loads what it needs only when it runs. */
export function createProgram(): Command {
  const program = new Command('graft')
    .description('Transfer learning on images: train a classifier on a folder of images, evaluate it, use it.')
    .version(version)
    .option('--verbose', 'print stack traces and causes with errors')
    .option('--config <file>', 'settings for the flags that are not given (default: graft.config.* here)')
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(`${oneLine(text)}; see graft --help\n`) })
    .helpCommand('help [command]', 'the help of a command, as graft COMMAND --help')
    .addHelpText(
      'after',
      examples(
        'graft demo',
        'graft train photos --backbone vgg16 --weights vgg16_notop.h5 --out models/photos',
        'graft predict models/photos new-photos --expect cat',
      ),
    );
  const commands = [
    auditCommand(),
    backbonesCommand(),
    cacheCommand(),
    calibrateCommand(),
    compareCommand(),
    completionCommand(program),
    datasetCommand(),
    demoCommand(),
    doctorCommand(),
    enginesCommand(),
    evaluateCommand(),
    explainCommand(),
    exportCommand(),
    extractCommand(),
    mergeCommand(),
    metricsCommand(),
    predictCommand(),
    shardCommand(),
    workerCommand(),
    splitCommand(),
    trainCommand(),
    weightsCommand(),
  ];
  for (const command of sortCommands(commands)) program.addCommand(inheritSettings(command, program));
  configureHelp(program);
  for (const command of program.commands) inheritHelp(command, program);
  return program;
}

function inheritSettings(command: Command, parent: Command): Command {
  command
    .copyInheritedSettings(parent)
    .option('--verbose', 'print stack traces and causes with errors')
    .option('--config <file>', 'settings for the flags that are not given (default: graft.config.* here)')
    .configureOutput({
      outputError: (text, write) => write(`${oneLine(text)}; see ${pathOf(command)} --help\n`),
    });
  if (command.commands.length > 0) command.helpCommand('help [command]', `the help of a command`);
  for (const child of command.commands) inheritSettings(child, command);
  return command;
}

function inheritHelp(command: Command, program: Command): void {
  command.configureHelp(program.configureHelp()).configureOutput({
    ...command.configureOutput(),
    getOutHelpWidth: () => helpWidth(process.stdout.columns),
  });
  for (const child of command.commands) inheritHelp(child, program);
}

/** `graft dataset check` */
function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}

/** Commander puts its suggestions on lines of their own, and ends sentences; what to do follows here. */
function oneLine(text: string): string {
  return visibleText(
    text
      .trim()
      .replace(/^error: /, 'graft: ')
      .replace(/\s*\n\s*/g, ' ')
      .replace(/\.$/, ''),
  );
}
