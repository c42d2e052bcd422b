// A process that calls the library as a program of a user's does: many calls in one process, each told over IPC what to do.
import { readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import * as graft from '../packages/node-adapter/dist/index.js';
import { callLibrary } from './api-calls.mjs';

const takeNotes = globalThis[Symbol.for('graft.torture.notes')];
const megabyte = 2 ** 20;

process.on('message', async ({ args, cache, inputs }) => {
  const reply = { code: 0, stdout: '', stderr: '', unnamed: false };
  await quiet();
  forgetPeak();
  takeNotes();
  const opened = new Set(openFiles(inputs));
  const idle = process.memoryUsage.rss() / megabyte;
  const [begin, used] = [performance.now(), process.cpuUsage()];
  try {
    reply.stdout = JSON.stringify(await callLibrary(graft, args, { cache }));
  } catch (error) {
    // As the command counts: 1 for what came from outside, 2 for wrong arguments.
    const argument = error instanceof RangeError || error instanceof TypeError;
    reply.code = graft.isGraftError(error) ? 1 : 2;
    reply.unnamed = !graft.isGraftError(error) && !argument;
    reply.stderr = `graft: ${error?.message ?? String(error)}\n`;
  }
  const { user, system } = process.cpuUsage(used);
  reply.processorSeconds = (user + system) / 1e6;
  reply.seconds = (performance.now() - begin) / 1000;
  reply.megabytes = peak();
  reply.added = reply.megabytes - idle;
  reply.leftOpen = await leftOpen(inputs, opened);
  process.send({ ...reply, ...takeNotes() });
});
process.send({ ready: true });

/** So that what earlier calls left for the garbage collector is not counted. */
async function quiet() {
  globalThis.gc?.();
  await turn();
  globalThis.gc?.();
}

/** Linux keeps the most memory that a process had, and forgets it when asked to. */
function forgetPeak() {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // Elsewhere the peak of all calls is what is told.
  }
}

function peak() {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024;
  } catch {
    return process.resourceUsage().maxRSS / 1024;
  }
}

/** Whoever refuses a file closes it, if not at once. */
async function leftOpen(folder, before) {
  const more = () => openFiles(folder).filter((name) => !before.has(name));
  for (let wait = 1; wait < 500 && more().length > 0; wait *= 2) await sleep(wait);
  return more();
}

/** Files of the case that are open. */
function openFiles(folder) {
  try {
    return readdirSync('/proc/self/fd').flatMap((descriptor) => {
      try {
        const target = readlinkSync(`/proc/self/fd/${descriptor}`);
        // By descriptor too: what an earlier case left open stands for another file now.
        return target.startsWith(folder) ? [`${target.replace(' (deleted)', '')} (${descriptor})`] : [];
      } catch {
        return [];
      }
    });
  } catch {
    return [];
  }
}
