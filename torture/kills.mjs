// SIGKILL at random moments of every job that writes: the next run completes, with the same result to the byte, no file was ever
// torn, and nothing is left that an undisturbed run does not leave.
//
// Every other kill strikes at a random change of a file, for most of a run's time is spent on anything but writing.
import { mkdirSync, rmSync, watch } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { numbers } from './corpus/bytes.mjs';
import { killableJobs, slowMirror } from './kills/jobs.mjs';
import { differences, everyFile, outcomeOf, tornFiles } from './kills/outcome.mjs';

/** Kills of one piece of work before it is let through. */
const mostKillsInARow = 3;

/**
 * @param options - `kills`: how many in all, at least; `only`: jobs whose name holds this, or one of these with `|` between them;
 *   `onFault(job, fault)`; `onJob(result)`.
 * @returns For each job `{ job, kills, atWrites, runs, torn, faults }`.
 */
export async function killAnywhere({ sandbox, fixture, seed, kills, only = '', onFault, onJob }) {
  const mirror = await slowMirror();
  const random = numbers(`${seed}/kills`);
  try {
    const jobs = killableJobs({ ...fixture, address: mirror.address });
    const results = [];
    for (const one of jobs) {
      if (!only.split('|').some((part) => one.job.includes(part))) continue;
      const bench = workbench(sandbox, one);
      results.push(await killOne(bench, { kills: Math.ceil(kills / jobs.length), random, onFault }));
      onJob?.(results.at(-1));
    }
    return results;
  } finally {
    mirror.close();
  }
}

/** One job with folders of its own: nothing of another's cache helps or hinders it. */
function workbench(sandbox, { job, command, environment }) {
  const folders = { out: sandbox.at('killed'), cache: sandbox.at('killed-cache') };
  const temporary = { temporary: sandbox.at('temporary'), home: sandbox.at('home') };
  return {
    job,
    folders,
    clear() {
      for (const folder of Object.values(folders)) rmSync(folder, { recursive: true, force: true });
      for (const folder of Object.values(folders)) mkdirSync(folder);
    },
    files: () => everyFile({ ...folders, ...temporary }),
    /** @param onStart - Gets the child process, and may kill it. */
    async run(onStart) {
      const surroundings = { ...environment, GRAFT_CACHE: folders.cache };
      return sandbox.run(command(folders.out), surroundings, { onStart, wallSeconds: 300 });
    },
  };
}

async function killOne(bench, { kills, random, onFault }) {
  const result = { job: bench.job, kills: 0, atWrites: 0, runs: 0, torn: 0, faults: [] };
  const tell = (fault) => {
    result.faults.push(fault);
    onFault?.(bench.job, fault);
  };
  bench.clear();
  const watcher = countChanges(bench.folders);
  const undisturbed = await bench.run();
  const changes = watcher.close();
  const truth = outcomeOf(undisturbed, bench.folders);
  const usualFiles = new Set(bench.files());
  if (undisturbed.code !== 0) tell(`fails undisturbed: ${undisturbed.stderr.trim().split('\n').at(-1)}`);

  for (let round = 0; result.kills < kills && round < kills; round += 1) {
    bench.clear();
    for (let struck = 0; struck < mostKillsInARow; struck += 1) {
      const atWrite = (round + struck) % 2 === 1;
      const strike = atWrite
        ? atChange(bench.folders, { change: 1 + random(Math.max(1, changes)), delay: random(4) })
        : atMoment((0.05 + (0.95 * random(1000)) / 1000) * undisturbed.seconds * 1000);
      const { signal } = await bench.run(strike);
      if (signal !== 'SIGKILL') break;
      result.kills += 1;
      if (atWrite) result.atWrites += 1;
      const torn = tornFiles(bench.folders.out, truth);
      result.torn += torn.length;
      if (torn.length > 0) tell(`tore ${torn.join(', ')}`);
    }
    const again = await bench.run();
    result.runs += 1;
    const faults = differences(truth, outcomeOf(again, bench.folders));
    for (const fault of faults) tell(`${fault}: ${again.stderr.trim().split('\n').at(-1)}`);
    // A graph that a killed run compiled is kept for whoever opens its model.
    const left = bench.files().filter((name) => !usualFiles.has(name) && !name.endsWith('.graph'));
    if (left.length > 0) tell(`left ${left.join(', ')}`);
  }
  return result;
}

const atMoment = (milliseconds) => (child) => {
  const timer = setTimeout(() => child.kill('SIGKILL'), milliseconds);
  child.on('exit', () => clearTimeout(timer));
};

/** Kills some milliseconds after so many changes of files. */
const atChange =
  (folders, { change, delay }) =>
  (child) => {
    const watcher = countChanges(folders, (count) => {
      if (count === change) void sleep(delay).then(() => child.kill('SIGKILL'));
    });
    child.on('exit', () => watcher.close());
  };

/** Counts what happens to files below these folders. @returns `close()` gives the count. */
function countChanges(folders, onChange) {
  let count = 0;
  const note = () => {
    count += 1;
    onChange?.(count);
  };
  const watchers = Object.values(folders).map((folder) =>
    // What vanishes while it is looked at is no fault of the job's.
    watch(folder, { recursive: true }, note).on('error', () => undefined),
  );
  return {
    close() {
      for (const watcher of watchers) watcher.close();
      return count;
    },
  };
}
