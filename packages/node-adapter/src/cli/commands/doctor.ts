import { Command } from 'commander';
import { sharedOptions } from '../shared-options.js';

/** `graft doctor` */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('Say which engines can run here, and why the others cannot.')
    .addOption(sharedOptions.json())
    .action(async ({ json }: { readonly json?: boolean }) => {
      const { printJson, printLine } = await import('../print-result.js');
      const { nodeEngines } = await import('../../node-runtime.js');
      const rows = [];
      for (const engine of nodeEngines()) rows.push({ name: engine.name, ...(await engine.check()) });
      if (json === true) return printJson({ node: process.version, engines: rows });
      printLine(`node ${process.version}`);
      for (const row of rows) {
        const text = row.usable ? `usable: ${row.detail}` : `not usable: ${row.reason}; ${row.remedy}`;
        printLine(`${row.name.padEnd(12)} ${text}`);
      }
    });
}
