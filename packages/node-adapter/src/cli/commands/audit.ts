import { Command, Option } from 'commander';
import type { AuditSettings } from '../../jobs/audit-folder.js';
import { addDatasetOptions, addSplitOptions, DATASET_ARGUMENT } from '../dataset-options.js';
import { parseCount, parseFolds } from '../option-parsers.js';
import { DEFAULT_BACKBONE, sharedOptions } from '../shared-options.js';

interface AuditFlags extends AuditSettings {
  readonly failOn?: 'shortcut' | 'leakage' | 'any';
  readonly json?: boolean;
}

/** `graft audit` */
export function auditCommand(): Command {
  const command = new Command('audit')
    .description('Ask whether a data set can be solved by a shortcut, before anyone believes a result.')
    .argument('<dataset>', DATASET_ARGUMENT)
    .addOption(new Option('--model <folder>', 'compare with the base of a saved model').conflicts('backbone'))
    .addOption(new Option('--backbone <name>', 'compare with this pretrained network').default(DEFAULT_BACKBONE))
    .addOption(sharedOptions.weights())
    .addOption(sharedOptions.engine())
    .option('--external <dataset>', 'other data with classes of the same names: does it hold there?');
  return addSplitOptions(addDatasetOptions(command))
    .option('--source-by <rule>', 'what tells where an image comes from: a column, or a /pattern/ on the path')
    .option('--folds <number>', 'folds of the cross-validation', parseFolds, 5)
    .option('--repeats <number>', 'how often the folds are drawn anew (default: 4; 2 with --quick)', parseCount)
    .option('--quick', 'no network: file headers, brightness, thumbnails, borders, duplicates')
    .addOption(
      new Option('--fail-on <kind>', 'exit with 1 if a check says so; any: shortcut, leakage or warning').choices([
        'shortcut',
        'leakage',
        'any',
      ]),
    )
    .addOption(sharedOptions.seed())
    .addOption(sharedOptions.json())
    .addHelpText('after', '\nExample:\n  graft audit dataset --external other-hospital --fail-on shortcut')
    .action(async (location: string, { failOn, json, ...settings }: AuditFlags) => {
      const { auditFolder } = await import('../../jobs/audit-folder.js');
      const { formatAudit } = await import('../../audit/format-audit.js');
      const { terminalStyle } = await import('../terminal/terminal-style.js');
      const { runWithRuntime } = await import('../run-with-runtime.js');
      const { noteSkipped, printJson, printPainted } = await import('../print-result.js');
      await runWithRuntime(async ({ runtime, printer, signal }) => {
        const context = { runtime, signal, onProgress: printer.listener, onNote: printer.note };
        const report = await auditFolder(location, settings, context);
        printer.finish();
        noteSkipped(report.skipped, printer.note);
        if (json === true) printJson(report);
        else printPainted(formatAudit(report, terminalStyle()));
        const failing = new Set<string | undefined>(failOn === 'any' ? ['shortcut', 'leakage', 'warning'] : [failOn]);
        if (report.checks.some(({ verdict }) => failing.has(verdict))) process.exitCode = 1;
      });
    });
}
