// Loaded into a server by `--import`: at its end notes how long its event loop was blocked at most, since the last SIGUSR2.
//
// `own` is the processor time that the loop's thread took between two ticks of a short timer: what our own JavaScript blocks. The
// clock's `delay` also holds what other threads and programs took.
import { readFileSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

if (isMainThread && process.env.GRAFT_LOOP_RECORD) {
  const delays = monitorEventLoopDelay({ resolution: 5 });
  delays.enable();
  let before = ownMilliseconds();
  let own = 0;
  const timer = setInterval(() => {
    const now = ownMilliseconds();
    own = Math.max(own, now - before);
    before = now;
  }, 5);
  timer.unref();
  process.on('SIGUSR2', () => {
    delays.reset();
    own = 0;
  });
  process.on('exit', () => {
    const delay = { most: delays.max / 1e6, p999: delays.percentile(99.9) / 1e6 };
    writeFileSync(process.env.GRAFT_LOOP_RECORD, JSON.stringify({ own, delay }));
  });
}

/** Processor time of this thread; only Linux tells it. */
function ownMilliseconds() {
  try {
    return Number(readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ', 1)[0]) / 1e6;
  } catch {
    return Number.NaN;
  }
}
