// A hostile week in one command: `npm run torture -- [--seed 42] [--only TEXT] [--short]` after a build.
//
// Prints one line for each fault as it is found, and one table at the end. --short runs a tenth of the corpus.
import { mkdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { runCorpus } from './corpus.mjs';
import { makeFixture } from './fixture.mjs';
import { createSandbox } from './sandbox.mjs';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '42' },
    only: { type: 'string' },
    short: { type: 'boolean', default: false },
    show: { type: 'boolean', default: false },
  },
});

const sandbox = createSandbox();
try {
  mkdirSync(sandbox.at('fixture'));
  const fixture = await makeFixture(sandbox, sandbox.at('fixture'));
  const results = await runCorpus({
    sandbox,
    fixture,
    seed: values.seed,
    only: values.only,
    every: values.short ? 10 : 1,
    onCase({ door, title, faults, code, stderr }, done, total) {
      if (faults.length > 0) console.log(`FAULT ${door}: ${title}: ${faults.join('; ')}`);
      else if (values.show) console.log(`${String(code)} ${door}: ${title}: ${stderr.trim().split('\n').at(-1)}`);
      if (process.stderr.isTTY) process.stderr.write(`\r${done}/${total}\u001b[K${done === total ? '\n' : ''}`);
    },
  });
  const doors = [...new Set(results.map(({ door }) => door))];
  console.log(['door', 'tried', 'faults', 'most MB', 'most s'].map((name) => name.padEnd(14)).join(''));
  for (const door of [...doors, undefined]) {
    const own = results.filter((result) => door === undefined || result.door === door);
    const most = (key) => Math.max(...own.map((result) => result[key]));
    const cells = [
      door ?? 'all',
      own.length,
      own.filter(({ faults }) => faults.length > 0).length,
      most('megabytes').toFixed(0),
      most('processorSeconds').toFixed(1),
    ];
    console.log(cells.map((cell) => String(cell).padEnd(14)).join(''));
  }
  process.exitCode = results.some(({ faults }) => faults.length > 0) ? 1 : 0;
} finally {
  sandbox.remove();
}
