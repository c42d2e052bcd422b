// A hostile week in one command: `npm run torture -- [corpus] [kills] [leaks] [server] [--seed 42] [--only TEXT] [--short] [--show]`.
//
// Prints a line for each fault as it is found, and a table for each part. --short runs a tenth of the corpus and of the kills, and
// is what `npm test` does. --only names doors or titles of the corpus.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runCorpus } from './corpus.mjs';
import { makeFixture } from './fixture.mjs';
import { killAnywhere } from './kills.mjs';
import { createSandbox } from './sandbox.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: '42' },
    only: { type: 'string' },
    short: { type: 'boolean', default: false },
    show: { type: 'boolean', default: false },
  },
});
const { seed, only, short, show } = values;
const parts = { corpus, kills, ...(!short && { leaks, server }) };
const wanted = positionals.length > 0 ? positionals : only ? ['corpus'] : Object.keys(parts);
const unknown = wanted.find((name) => !(name in parts));
if (unknown !== undefined)
  throw new RangeError(`no part is called ${unknown}; there are ${Object.keys(parts).join(', ')}`);

const sandbox = createSandbox();
let faults = 0;
try {
  mkdirSync(sandbox.at('fixture'));
  const fixture = await makeFixture(sandbox, sandbox.at('fixture'));
  for (const name of wanted) {
    console.log(`\n${name}`);
    await parts[name](fixture);
  }
} finally {
  sandbox.remove();
}
console.log(faults === 0 ? '\nno fault' : `\n${faults} faults`);
process.exitCode = faults === 0 ? 0 : 1;

function tell(where, what) {
  faults += 1;
  console.log(`FAULT ${where}: ${what}`);
}

function table(rows) {
  for (const row of rows)
    console.log(
      row
        .map((cell) => String(cell).padEnd(16))
        .join('')
        .trimEnd(),
    );
}

async function corpus(fixture) {
  const results = await runCorpus({
    sandbox,
    fixture,
    seed,
    only,
    every: short ? 10 : 1,
    onCase({ door, title, faults: found, code, stderr }, done, total) {
      if (found.length > 0) tell(`${door}: ${title}`, found.join('; '));
      else if (show) console.log(`${String(code)} ${door}: ${title}: ${stderr.trim().split('\n').at(-1)}`);
      if (process.stderr.isTTY) process.stderr.write(`\r${done}/${total}\u001b[K${done === total ? '\n' : ''}`);
    },
  });
  const doors = [...new Set(results.map(({ door }) => door)), undefined];
  table([
    ['door', 'tried', 'faults', 'most MB', 'most s'],
    ...doors.map((door) => {
      const own = results.filter((result) => door === undefined || result.door === door);
      const most = (key) => Math.max(0, ...own.map((result) => result[key]));
      const faulty = own.filter(({ faults: found }) => found.length > 0).length;
      return [door ?? 'all', own.length, faulty, most('megabytes').toFixed(0), most('processorSeconds').toFixed(1)];
    }),
  ]);
}

async function kills(fixture) {
  const results = await killAnywhere({ sandbox, fixture, seed, kills: short ? 14 : 210, onFault: tell });
  const sum = (key) => results.reduce((total, result) => total + (result[key].length ?? result[key]), 0);
  table([
    ['job', 'kills', 'runs', 'faults'],
    ...results.map(({ job, kills: struck, runs, faults: found }) => [job, struck, runs, found.length]),
    ['all', sum('kills'), sum('runs'), sum('faults')],
  ]);
}

async function leaks() {
  const results = JSON.parse(await output(['--expose-gc', script('leaks.mjs')]));
  table([
    ['what', 'times', 'tensors more', 'MB more', 'noise, MB'],
    ...results.map(({ name, times, tensorGrowth, growth, noise }) => [
      name,
      times,
      tensorGrowth,
      growth.toFixed(1),
      noise.toFixed(1),
    ]),
  ]);
  for (const { name, tensorGrowth, growth, noise } of results) {
    if (tensorGrowth !== 0) tell(name, `${tensorGrowth} tensors are left`);
    if (growth > Math.max(noise, 20)) tell(name, `memory grew by ${growth.toFixed(0)} MB`);
  }
}

async function server(fixture) {
  const figures = JSON.parse(await output([script('server-load.mjs'), fixture.model, fixture.dataset]));
  console.log(JSON.stringify(figures, null, 2));
  const { sustained, halfLoad, crowd, slowUpload, shutdown } = figures;
  if (sustained.wrong + halfLoad.wrong + crowd.other > 0) tell('server', 'answers were wrong');
  if (crowd.lost + shutdown.lost > 0) tell('server', 'requests were lost');
  if (sustained.share < 0.8) tell('server', `${sustained.share.toFixed(2)} of the engine's own images/s`);
  if (halfLoad.ratio > 5) tell('server', `at half load p99 is ${halfLoad.ratio.toFixed(1)} × the median`);
  if (slowUpload.seconds > 20) tell('server', `a slow upload was kept for ${slowUpload.seconds.toFixed(0)} s`);
  if (shutdown.code !== 0) tell('server', `it ended with ${shutdown.code}`);
}

function script(name) {
  return fileURLToPath(new URL(name, import.meta.url));
}

async function output(args) {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part) => (text += part));
  await once(child, 'close');
  return text;
}
