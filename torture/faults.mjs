// Faults of disks, caches, clocks, threads and whoever presses Ctrl-C: a clear error, or a run that goes on without what is broken;
// and the next run comes to the usual result, to the byte.
import { createBench } from './faults/bench.mjs';
import { cacheFaults } from './faults/cache.mjs';
import { diskFaults } from './faults/disk.mjs';
import { insideFaults } from './faults/inside.mjs';
import { signalFaults } from './faults/signals.mjs';
import { slowMirror } from './kills/jobs.mjs';

const all = [...diskFaults, ...cacheFaults, ...signalFaults, ...insideFaults];
/** One of each kind. */
const quick =
  /^(disk full: (extract|cache)|read-only folder: empty cache|cache cut to half|2 processes|worker threads die: extract)/;

/**
 * @param options - `only`: faults whose title holds this, or one of these with `|` between them; `short`: one of each kind; `onResult(result)`.
 * @returns For each fault `{ title, seconds, faults, skipped }`.
 */
export async function runFaults({ sandbox, fixture, only = '', short = false, onResult }) {
  const mirror = await slowMirror();
  const bench = createBench({ sandbox, fixture: { ...fixture, address: mirror.address } });
  const results = [];
  try {
    for (const { title, run } of all) {
      const isWanted = only.split('|').some((part) => title.includes(part));
      if (!isWanted || (short && !quick.test(title))) continue;
      const begin = performance.now();
      const found = await run(bench);
      const skipped = typeof found === 'string' ? found : undefined;
      const faults = skipped === undefined ? [...new Set(found)] : [];
      results.push({ title, faults, skipped, seconds: (performance.now() - begin) / 1000 });
      onResult?.(results.at(-1));
    }
  } finally {
    mirror.close();
  }
  return results;
}
