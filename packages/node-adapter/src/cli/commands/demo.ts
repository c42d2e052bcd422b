import { Command } from 'commander';
import { sharedOptions } from '../shared-options.js';
import { examples } from '../help/examples.js';

/** `graft demo` */
export function demoCommand(): Command {
  return new Command('demo')
    .description(
      'The whole job on synthetic images: make a data set, audit it, train, test, report, predict a held-out folder.',
    )
    .option('--out <folder>', 'keep the data set, the model and its report here; a temporary folder otherwise')
    .addOption(sharedOptions.seed())
    .addHelpText('after', examples('graft demo', 'graft demo --out my-first-model'))
    .action(async ({ out, seed }: { readonly out?: string; readonly seed: number }) => {
      const { runDemo } = await import('../../jobs/demo.js');
      const { runWithRuntime } = await import('../run-with-runtime.js');
      await runWithRuntime(async ({ runtime, printer, signal }) => {
        const { printEvaluation, printLine } = await import('../print-result.js');
        const demo = await runDemo(
          { out, seed },
          { runtime, signal, onProgress: printer.listener, onNote: printer.note, clock: () => new Date() },
        );
        printer.finish();
        printEvaluation(demo.training.test);
        for (const { label, summary, total } of demo.heldOut) {
          const shares = Object.entries(summary.percentages).map(([name, share]) => `${name} ${share.toFixed(0)} %`);
          printLine(
            `held-out ${label} (${total} images): accuracy ${(summary.expected?.accuracy ?? 0).toFixed(2)}; ${shares.join(', ')}`,
          );
        }
        printer.note(
          demo.kept === undefined
            ? 'data set, model and report were temporary; graft demo --out FOLDER keeps them'
            : `data set and model are in ${demo.kept}; open ${demo.kept}/model/report.html in a browser`,
        );
      });
    });
}
