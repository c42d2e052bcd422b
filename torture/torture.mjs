// A hostile week in one command:
//   npm run torture -- [corpus] [bombs] [fuzz] [kills] [faults] [leaks] [server] [--seed 42] [--seconds N]
//     [--only TEXT] [--through command|library] [--short] [--show]
//
// Prints a line for each fault as it is found, and one table at the end. --short is what `npm test` does: a share of the corpus that
// the seed draws, and the bombs. --seconds is how long fuzzing takes, all parsers together (300). --only runs
// cases whose door or title holds the text, --through those of the command line or of the library alone; --show prints how each ended.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runBombs } from './bombs.mjs';
import { runCorpus } from './corpus.mjs';
import { runFaults } from './faults.mjs';
import { makeFixture } from './fixture.mjs';
import { fuzzParsers } from './fuzz.mjs';
import { killAnywhere } from './kills.mjs';
import { createSandbox } from './sandbox.mjs';
import { serverFaults } from './server-faults.mjs';
import { printTable } from './table.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: '42' },
    only: { type: 'string' },
    through: { type: 'string' },
    seconds: { type: 'string', default: '300' },
    short: { type: 'boolean', default: false },
    show: { type: 'boolean', default: false },
  },
});
const { seed, only, through: side, short, show } = values;
const parts = { corpus, bombs, fuzz, kills, faults: inject, leaks, server };
const usual = short || only ? ['corpus', 'bombs'] : Object.keys(parts);
const wanted = positionals.length > 0 ? positionals : usual;
const unknown = wanted.find((name) => !(name in parts));
if (unknown !== undefined) {
  throw new RangeError(`no part is called ${unknown}; there are ${Object.keys(parts).join(', ')}`);
}

/** Growth below this share of a process' memory is the allocator's. */
const memoryTolerance = 0.02;
const begin = performance.now();
const sandbox = createSandbox();
/** `[part, what, tried, faults, figures]` */
const rows = [];
let faults = 0;
try {
  mkdirSync(sandbox.at('fixture'));
  const fixture = await makeFixture(sandbox, sandbox.at('fixture'));
  for (const name of wanted) rows.push(...(await parts[name](fixture)).map((row) => [name, ...row]));
} finally {
  sandbox.remove();
}
printTable(['part', 'what', 'tried', 'faults', 'figures'], rows);
const minutes = (performance.now() - begin) / 60_000;
console.log(`\nseed ${seed}, ${minutes.toFixed(1)} min: ${faults === 0 ? 'no fault' : `${faults} faults`}`);
process.exitCode = faults === 0 ? 0 : 1;

function tell(where, what) {
  faults += 1;
  console.log(`FAULT ${where}: ${what}`);
}

function progress(done, total) {
  if (process.stderr.isTTY) process.stderr.write(`\r${done}/${total}\u001b[K${done === total ? '\r\u001b[K' : ''}`);
}

async function corpus(fixture) {
  const results = await runCorpus({
    fixture,
    seed,
    only,
    // A call of the library takes a tenth of what a process takes.
    share: short ? { command: 0.02, library: 0.12 } : { command: 1, library: 1 },
    side,
    lanes: Math.min(4, availableParallelism()),
    onRun({ door, title, through, faults: found, code, stderr }, done, total) {
      const name = `${door}, by the ${through}: ${title}`;
      if (found.length > 0) tell(name, found.join('; '));
      else if (show) console.log(`${code} ${name}: ${stderr.trim().split('\n').at(-1)}`);
      progress(done, total);
    },
  });
  const row = (title, own) => {
    const most = (key) => Math.max(0, ...own.map((result) => result[key]));
    const count = (through) => own.filter((result) => result.through === through).length;
    return [
      title,
      own.length,
      own.filter(({ faults: found }) => found.length > 0).length,
      `by the command ${count('command')}, the library ${count('library')}; at most ` +
        `${most('processorSeconds').toFixed(1)} s, ${most('megabytes').toFixed(0)} MB`,
    ];
  };
  const inputs = new Set(results.map(({ door, title }) => `${door}: ${title}`)).size;
  const doors = [...new Set(results.map(({ door }) => door))];
  return [
    ...doors.map((door) =>
      row(
        door,
        results.filter((result) => result.door === door),
      ),
    ),
    ...(doors.length > 1 ? [row(`all ${inputs} inputs`, results)] : []),
  ];
}

async function bombs(fixture) {
  const results = await runBombs({
    fixture,
    only,
    short,
    onBomb({ title, faults: found, reason }) {
      if (found.length > 0) tell(`bombs: ${title}`, found.join('; '));
      else if (show) console.log(`bombs: ${title}: ${reason.slice(0, 300)}`);
    },
  });
  return results.map(({ title, milliseconds, megabytes, more, faults: found }) => [
    title,
    2,
    found.length,
    `library ${milliseconds.toFixed(0)} ms, ${megabytes.toFixed(0)} MB; command beyond a good file ` +
      `${more.milliseconds.toFixed(0)} ms, ${more.megabytes.toFixed(0)} MB`,
  ]);
}

async function fuzz() {
  const seconds = Number(values.seconds);
  if (!(seconds > 0)) throw new RangeError(`--seconds is ${values.seconds}; give a number above 0`);
  const results = await fuzzParsers({
    seed,
    only,
    seconds,
    onFinding: (name, reason) => tell(`fuzz: ${name}`, reason),
  });
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  return [
    ...results.map(({ name, tried, found, kept, covered, size }) => [
      name,
      tried,
      found,
      `${kept} inputs kept, ${covered} of ${size} bytes of its code ran`,
    ]),
    ['all parsers', sum('tried'), sum('found'), `${seconds} s`],
  ];
}

async function kills(fixture) {
  const results = await killAnywhere({
    sandbox,
    fixture,
    seed,
    only,
    kills: short ? 16 : 208,
    onFault: tell,
    onJob: ({ job, kills: struck, runs }) => show && console.log(`${job}: ${struck} kills, ${runs} reruns`),
  });
  const sum = (key) => results.reduce((total, result) => total + (result[key].length ?? result[key]), 0);
  return [
    ...results.map((one) => [
      one.job,
      one.kills,
      one.faults.length,
      `${one.atWrites} at a write, ${one.runs} reruns, ${one.torn} torn files`,
    ]),
    [
      'all jobs',
      sum('kills'),
      sum('faults'),
      `${sum('atWrites')} at a write, ${sum('runs')} reruns, ${sum('torn')} torn files`,
    ],
  ];
}

async function inject(fixture) {
  const results = await runFaults({
    sandbox,
    fixture,
    only,
    short,
    onResult({ title, faults: found, skipped }) {
      for (const fault of found) tell(title, fault);
      if (show) console.log(`${title}: ${skipped ?? 'done'}`);
    },
  });
  return results.map(({ title, faults: found, skipped, seconds }) => [
    title,
    skipped === undefined ? 1 : 0,
    found.length,
    skipped ?? `${seconds.toFixed(0)} s`,
  ]);
}

async function leaks() {
  const times = short ? ['--fits', '10', '--predictions', '50', '--loads', '10', '--predictors', '10'] : [];
  const results = JSON.parse(await output(['--expose-gc', script('leaks.mjs'), ...times]));
  return results.map(({ name, times: count, tensorGrowth, megabytes, resident, heap }) => {
    // So few are all warming up.
    const grows = !short && resident.low > 0 && resident.floor > memoryTolerance * megabytes;
    const found = [
      ...(tensorGrowth === 0 ? [] : [`${tensorGrowth} tensors are left`]),
      ...(grows ? [`the floor of its memory rose by ${resident.floor.toFixed(0)} MB of ${megabytes.toFixed(0)}`] : []),
    ];
    for (const fault of found) tell(name, fault);
    const range = ({ growth, low, high, floor }) =>
      `${growth.toFixed(1)} MB (${low.toFixed(1)} to ${high.toFixed(1)}; floor ${floor.toFixed(1)})`;
    const figures = `${tensorGrowth} tensors, ${range(resident)}, of it JavaScript ${range(heap)}`;
    return [name, count, found.length, `more: ${figures}`];
  });
}

async function server(fixture) {
  const model = sandbox.at('fixture', 'served');
  const network = ['--backbone', 'squeezenet', '--weights', fixture.weights['.h5'], '--embed-base'];
  const words = ['train', fixture.dataset, ...network, '--epochs', '1', '--no-report', '--out', model];
  await sandbox.run(words, {}, { wallSeconds: 600 });
  const figures = JSON.parse(await output([script('server-load.mjs'), model, fixture.dataset, short ? '2' : '10']));
  const before = faults;
  for (const fault of serverFaults(figures)) tell('server', fault);
  return Object.entries(figures).map(([name, value], place) => [
    name,
    '',
    place === 0 ? faults - before : '',
    JSON.stringify(value, (_, inner) => (typeof inner === 'number' ? Number(inner.toPrecision(4)) : inner)),
  ]);
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
