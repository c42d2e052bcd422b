// The library in a process of its own, which is started anew when a call has ended or stopped it.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { asNobody, limits, listing, strays, surroundings } from './sandbox.mjs';

const script = fileURLToPath(new URL('api-worker.mjs', import.meta.url));

/** @returns `run(args, options)`, which reports as a sandbox's `run` does, and `close()`. */
export function createApi({ at }) {
  const workers = new Map();

  async function workerFor(unprivileged) {
    const known = workers.get(unprivileged);
    if (known?.connected) return known;
    const worker = fork(script, {
      cwd: at('work'),
      execArgv: ['--expose-gc'],
      env: surroundings(at),
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      ...asNobody(unprivileged),
    });
    worker.said = '';
    worker.stderr.setEncoding('utf8').on('data', (text) => (worker.said = (worker.said + text).slice(-2000)));
    workers.set(unprivileged, worker);
    const [message] = await Promise.race([once(worker, 'message'), once(worker, 'exit').then(() => [])]);
    if (message?.ready !== true) throw new Error(`the library could not be loaded: ${worker.said}`);
    return worker;
  }

  async function run(args, { environment = {}, unprivileged = false } = {}) {
    const before = listing(at);
    const worker = await workerFor(unprivileged);
    const begin = performance.now();
    worker.said = '';
    // One of the two never comes; its listener must not stay.
    const listening = new AbortController();
    const next = (event) => once(worker, event, { signal: listening.signal });
    const ends = [
      next('message').then(([reply]) => ({ ...reply, signal: null })),
      next('exit').then(([code, signal]) => ({ code, signal: signal ?? `it ended the process with ${code}` })),
    ];
    void Promise.allSettled(ends);
    let hung = false;
    const timer = setTimeout(() => {
      hung = true;
      worker.kill('SIGKILL');
    }, limits.wallSeconds * 1000);
    worker.send({ args, cache: environment.GRAFT_CACHE ?? at('cache'), inputs: at('input') });
    const result = await Promise.race(ends);
    listening.abort();
    clearTimeout(timer);
    // A process that has just died still counts as connected for a moment.
    if (result.signal !== null) workers.delete(unprivileged);
    const seconds = (performance.now() - begin) / 1000;
    const nothing = { stdout: '', stderr: '', processorSeconds: 0, megabytes: 0, requests: [], writes: [], reads: [] };
    const said = result.stderr === undefined ? worker.said : result.stderr;
    return { seconds, ...nothing, ...result, byLibrary: true, stderr: said, hung, strays: strays(before, listing(at)) };
  }

  return {
    run,
    async close() {
      for (const worker of workers.values()) {
        if (!worker.connected) continue;
        worker.kill();
        await once(worker, 'exit');
      }
    },
  };
}
