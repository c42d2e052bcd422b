// A place of its own for the `graft` command, and a report of what one run did there: how it ended, what it printed, which files
// it left where, how much memory it took, and whether it asked the network for anything.
import { spawn } from 'node:child_process';
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const bin = fileURLToPath(new URL('../packages/node-adapter/bin/graft.js', import.meta.url));
const witness = pathToFileURL(fileURLToPath(new URL('witness.mjs', import.meta.url))).href;

/** What a run may take. A machine that does other work as well is slower: processor time is what is limited. */
export const limits = { processorSeconds: 5, megabytes: 1024, wallSeconds: 60 };

/** Makes the folders: `input` for what a case prepares, `out` for results; the rest is where nothing may appear. */
export function createSandbox() {
  const root = mkdtempSync(join(tmpdir(), 'graft-torture-'));
  const at = (...parts) => join(root, ...parts);
  for (const name of ['home', 'temporary', 'cache', 'input', 'out', 'work']) mkdirSync(at(name));
  return {
    root,
    at,
    /** Empties what a case may fill. */
    clear() {
      for (const name of ['input', 'out', 'work']) {
        rmSync(at(name), { recursive: true, force: true });
        mkdirSync(at(name));
      }
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
    run: (args, environment, options) => run(at, args, { environment, ...options }),
  };
}

/** @param options - `killAfter`: milliseconds until a SIGKILL. */
async function run(at, args, { environment = {}, killAfter }) {
  const before = listing(at);
  const record = at('witness.json');
  rmSync(record, { force: true });
  const child = spawn(process.execPath, [bin, ...args], {
    cwd: at('work'),
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      HOME: at('home'),
      XDG_CACHE_HOME: at('home', '.cache'),
      TMPDIR: at('temporary'),
      GRAFT_CACHE: at('cache'),
      GRAFT_WITNESS: record,
      NODE_OPTIONS: `--import ${witness}`,
      ...environment,
    },
  });
  const begin = performance.now();
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) child[name].setEncoding('utf8').on('data', (text) => (output[name] += text));
  let hung = false;
  const timer = setTimeout(() => {
    hung = true;
    child.kill('SIGKILL');
  }, limits.wallSeconds * 1000);
  const killer = killAfter === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfter);
  const [code, signal] = await new Promise((resolve, reject) => {
    child.on('error', reject).on('close', (...end) => resolve(end));
  });
  clearTimeout(timer);
  clearTimeout(killer);
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
    strays: strays(before, listing(at)),
  };
}

function readWitness(record) {
  try {
    return JSON.parse(readFileSync(record, 'utf8'));
  } catch {
    // A process that was killed, or crashed, leaves no record: its signal says so.
    return { processorSeconds: 0, megabytes: 0, requests: [] };
  }
}

/** Files outside of `out` and the cache, with what would show that one was written to. */
function listing(at) {
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

function strays(before, after) {
  const changed = [...after].filter(([name, facts]) => before.get(name) !== facts).map(([name]) => name);
  const gone = [...before.keys()].filter((name) => !after.has(name));
  return [...changed, ...gone.map((name) => `${name} (removed)`)];
}
