import { Command } from 'commander';
import { sharedOptions } from '../shared-options.js';
import { examples } from '../help/examples.js';

/** `graft doctor` */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description(
      'Look at this machine: what it has, which engines can run here and how fast, and what the others need.',
    )
    .addOption(sharedOptions.json())
    .addHelpText(
      'after',
      `
Speed is that of a small fixed network on images of 64 by 64, to compare engines;
large networks differ less or more. graft engines list is faster: it measures
nothing.`,
    )
    .addHelpText('after', examples('graft doctor'))
    .action(async ({ json }: { readonly json?: boolean }) => {
      const { checkEngines } = await import('../../doctor/check-engines.js');
      const { describeMachine } = await import('../../doctor/describe-machine.js');
      const { runInterruptibly } = await import('../run-interruptibly.js');
      const { printJson, printLine } = await import('../print-result.js');
      const { doctorLines } = await import('../print-engines.js');
      const machine = await describeMachine();
      const engines = await runInterruptibly(({ signal }) => checkEngines({ measure: true, signal }));
      if (json === true) return printJson({ ...machine, engines });
      for (const line of doctorLines(machine, engines, process.stdout.columns)) printLine(line);
    });
}
