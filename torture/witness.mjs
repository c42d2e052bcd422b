// Loaded into each process under test by `--import`: notes what it asked of the network, which files it wrote outside of the sandbox,
// which secrets it read, and at its end time and memory.
import dgram from 'node:dgram';
import dns from 'node:dns';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import { dirname, resolve, sep } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';

const record = process.env.GRAFT_WITNESS;
const { realpathSync, writeFileSync } = fs;
const notes = { requests: [], writes: [], reads: [] };
/** For a process that runs many cases: reads the notes so far, and begins anew. */
globalThis[Symbol.for('graft.torture.notes')] = () => {
  const taken = { requests: [...notes.requests], writes: [...notes.writes], reads: [...notes.reads] };
  for (const list of Object.values(notes)) list.length = 0;
  return taken;
};

if (isMainThread && record) {
  watchNetwork();
  watchFiles();
  process.on('exit', () => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    const processorSeconds = (userCPUTime + systemCPUTime) / 1e6;
    writeFileSync(record, JSON.stringify({ processorSeconds, megabytes: maxRSS / 1024, ...notes }));
  });
}

function watchNetwork() {
  const note = (kind, what) => notes.requests.push(`${kind} ${typeof what === 'string' ? what : JSON.stringify(what)}`);
  const connect = net.Socket.prototype.connect;
  net.Socket.prototype.connect = function (...args) {
    const [first] = Array.isArray(args[0]) ? args[0] : args;
    // A pipe is no network.
    if (typeof first !== 'string' && first?.path === undefined) note('connect', first);
    return connect.apply(this, args);
  };
  for (const name of ['lookup', 'resolve', 'resolve4', 'resolve6']) {
    const ask = dns[name];
    dns[name] = (host, ...rest) => {
      note('dns', host);
      return ask(host, ...rest);
    };
  }
  const send = dgram.Socket.prototype.send;
  dgram.Socket.prototype.send = function (...args) {
    note('datagram', 'sent');
    return send.apply(this, args);
  };
}

function watchFiles() {
  const root = dirname(dirname(record));
  const nameOf = (path) => resolve(path instanceof URL ? fileURLToPath(path) : String(path));
  const noteWrite = (path) => {
    if (typeof path === 'number' || path?.fd !== undefined) return;
    const name = nameOf(path);
    if (!name.startsWith(root + sep) && !name.startsWith('/dev/')) notes.writes.push(name);
  };
  const noteRead = (path) => {
    try {
      if (realpathSync(nameOf(path)) === '/etc/passwd') notes.reads.push(nameOf(path));
    } catch {
      // What cannot be resolved was not opened either.
    }
  };
  const forWriting = (flags = 'r') => (typeof flags === 'number' ? (flags & 3) !== 0 : flags !== 'r' && flags !== 'rs');
  /** Which of a function's arguments it writes to. */
  const targets = {
    writeFile: [0],
    appendFile: [0],
    mkdir: [0],
    rename: [0, 1],
    rm: [0],
    rmdir: [0],
    unlink: [0],
    symlink: [1],
    link: [1],
    copyFile: [1],
    cp: [1],
    truncate: [0],
    chmod: [0],
  };
  const afterwards = (outcome, note) => {
    // What fails has written nothing.
    if (typeof outcome?.then === 'function') void outcome.then(note, () => undefined);
    else note();
    return outcome;
  };
  const wrap = (holder, name, places) => {
    const original = holder[name];
    if (typeof original !== 'function') return;
    holder[name] = function (...args) {
      const outcome = original.apply(this, args);
      return afterwards(outcome, () => places(args));
    };
  };
  for (const [name, places] of Object.entries(targets)) {
    const note = (args) => places.forEach((place) => noteWrite(args[place]));
    wrap(fs.promises, name, note);
    wrap(fs, `${name}Sync`, note);
  }
  const noteOpen = ([path, flags]) => (forWriting(flags) ? noteWrite(path) : noteRead(path));
  wrap(fs.promises, 'open', noteOpen);
  wrap(fs, 'openSync', noteOpen);
  wrap(fs, 'createWriteStream', ([path]) => noteWrite(path));
  wrap(fs, 'createReadStream', ([path]) => noteRead(path));
  wrap(fs.promises, 'readFile', ([path]) => noteRead(path));
  wrap(fs, 'readFileSync', ([path]) => noteRead(path));
  syncBuiltinESMExports();
}
