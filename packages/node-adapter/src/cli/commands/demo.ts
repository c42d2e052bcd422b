import { Command } from 'commander';
import { sharedOptions } from '../shared-options.js';
import { examples } from '../help/examples.js';

interface DemoFlags {
  readonly out?: string;
  readonly seed: number;
  readonly json?: boolean;
}

/** `graft demo` */
export function demoCommand(): Command {
  return new Command('demo')
    .description(
      'The whole job on synthetic images: make a data set, audit it, train, test, report, predict a held-out folder.',
    )
    .option('--out <folder>', 'keep the data set, the model and its report here; a temporary folder otherwise')
    .addOption(sharedOptions.seed())
    .addOption(sharedOptions.json())
    .addHelpText('after', examples('graft demo', 'graft demo --out my-first-model', 'graft demo --json > demo.json'))
    .action(async ({ out, seed, json }: DemoFlags) => {
      const { runDemo } = await import('../../jobs/demo.js');
      const { runWithRuntime } = await import('../run-with-runtime.js');
      await runWithRuntime(async ({ runtime, printer, signal }) => {
        const { evaluationDocument, printEvaluation, printJson, printLine } = await import('../print-result.js');
        const demo = await runDemo(
          { out, seed },
          { runtime, signal, onProgress: printer.listener, onNote: printer.note, clock: () => new Date() },
        );
        printer.finish();
        if (json === true) {
          const { audit, heldOut, kept } = demo;
          const { test, artifact, ...training } = demo.training;
          printJson({
            audit,
            // A temporary model is gone by now.
            training: { ...training, test: evaluationDocument(test), artifact: kept === undefined ? null : artifact },
            heldOut: heldOut.map(({ label, total, summary }) => ({ label, total, ...summary })),
            kept: kept ?? null,
          });
        } else {
          printEvaluation(demo.training.test);
          for (const { label, summary, total } of demo.heldOut) {
            const shares = Object.entries(summary.percentages).map(([name, share]) => `${name} ${share.toFixed(0)} %`);
            printLine(
              `held-out ${label} (${total} images): accuracy ${(summary.expected?.accuracy ?? 0).toFixed(2)}; ${shares.join(', ')}`,
            );
          }
        }
        printer.note(
          demo.kept === undefined
            ? 'data set, model and report were temporary; graft demo --out FOLDER keeps them'
            : `data set and model are in ${demo.kept}; open ${demo.kept}/model/report.html in a browser`,
        );
      });
    });
}
