// A place of its own for the `graft` command and for the library, and a report of what one run did there: how it ended, what it
// printed, which files it left where, how much memory it took, and whether it asked the network for anything.
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const bin = fileURLToPath(new URL('../packages/node-adapter/bin/graft.js', import.meta.url));
const witness = pathToFileURL(fileURLToPath(new URL('witness.mjs', import.meta.url))).href;

/**
 * What a run may take. A machine that does other work as well is slower: processor time is what is limited. Whole trainings count
 * as slow: they take two seconds on any input.
 */
export const limits = { processorSeconds: 5, slowProcessorSeconds: 15, megabytes: 1024, wallSeconds: 120 };

/** Somebody who may not read everything, as root may. */
const nobody = 65_534;
export const isRoot = process.getuid?.() === 0;

/** Makes the folders: `input` for what a case prepares, `out` for results; the rest is where nothing may appear. */
export function createSandbox() {
  const root = mkdtempSync(join(tmpdir(), 'graft-torture-'));
  const at = (...parts) => join(root, ...parts);
  chmodSync(root, 0o755);
  // Runs of another user write here too.
  const makeOpen = (name) => {
    mkdirSync(at(name));
    chmodSync(at(name), 0o777);
  };
  for (const name of ['home', 'temporary', 'cache', 'input', 'out', 'work', 'record']) makeOpen(name);
  return {
    root,
    at,
    /** Empties what a case may fill. */
    clear() {
      for (const name of ['input', 'out', 'work']) {
        removeAll(at(name));
        makeOpen(name);
      }
    },
    remove: () => removeAll(root),
    run: (args, environment, options) => run(at, args, { environment, ...options }),
  };
}

/** What surrounds a process under test: its own folders, and the witness. */
export function surroundings(at) {
  return {
    PATH: process.env.PATH,
    HOME: at('home'),
    XDG_CACHE_HOME: at('home', '.cache'),
    TMPDIR: at('temporary'),
    GRAFT_CACHE: at('cache'),
    GRAFT_WITNESS: at('record', 'witness.json'),
    NODE_OPTIONS: `--import ${witness}`,
  };
}

/** As which user a process runs that may not read everything; as the current one, if that is no more than a user. */
export const asNobody = (unprivileged) => (unprivileged && isRoot ? { uid: nobody, gid: nobody } : {});

/**
 * @param options - `onStart`: gets the child process; `wallSeconds`: after which it counts as hung; `unprivileged`: not as root.
 */
async function run(at, args, { environment = {}, onStart, wallSeconds = limits.wallSeconds, unprivileged = false }) {
  const before = listing(at);
  const record = at('record', 'witness.json');
  rmSync(record, { force: true });
  const child = spawn(process.execPath, [bin, ...args], {
    cwd: at('work'),
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...surroundings(at), ...environment },
    ...asNobody(unprivileged),
  });
  const begin = performance.now();
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) child[name].setEncoding('utf8').on('data', (text) => (output[name] += text));
  let hung = false;
  const timer = setTimeout(() => {
    hung = true;
    child.kill('SIGKILL');
  }, wallSeconds * 1000);
  onStart?.(child);
  const [code, signal] = await new Promise((resolve, reject) => {
    child.on('error', reject).on('close', (...end) => resolve(end));
  });
  clearTimeout(timer);
  const seen = readWitness(record);
  return {
    ...output,
    code,
    signal,
    hung,
    seconds: (performance.now() - begin) / 1000,
    processorSeconds: seen.processorSeconds,
    megabytes: seen.megabytes,
    requests: seen.requests,
    writes: seen.writes,
    reads: seen.reads,
    strays: strays(before, listing(at)),
  };
}

/** Also what nobody may read, and what lies deeper than a path is long. */
function removeAll(folder) {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    spawnSync('chmod', ['-R', 'u+rwx', folder]);
    spawnSync('rm', ['-rf', folder]);
  }
}

function readWitness(record) {
  try {
    return JSON.parse(readFileSync(record, 'utf8'));
  } catch {
    // A process that was killed, or crashed, leaves no record: its signal says so.
    return { processorSeconds: 0, megabytes: 0, requests: [], writes: [], reads: [] };
  }
}

/** Files outside of `out` and the cache, with what would show that one was written to. */
export function listing(at) {
  const found = new Map();
  const walk = (folder, name) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      const facts = lstatSync(path);
      if (entry.isDirectory()) walk(path, `${name}/${entry.name}`);
      else found.set(`${name}/${entry.name}`, `${facts.size} ${facts.mtimeMs}`);
    }
  };
  for (const name of ['home', 'temporary', 'input', 'work']) {
    try {
      walk(at(name), name);
    } catch {
      // A folder that a case made unreadable has no listing, before and after alike.
    }
  }
  return found;
}

/** What one listing has and the other has not, or otherwise. */
export function strays(before, after) {
  const changed = [...after].filter(([name, facts]) => before.get(name) !== facts).map(([name]) => name);
  const gone = [...before.keys()].filter((name) => !after.has(name));
  return [...changed, ...gone.map((name) => `${name} (removed)`)];
}
