// What goes wrong inside a process: a clock that jumps, worker threads that die.
import { fileURLToPath } from 'node:url';

const preloaded = (title, script, job) => ({
  title: `${title}: ${job}`,
  async run(bench) {
    const path = fileURLToPath(new URL(script, import.meta.url));
    return bench.same(await bench.run(job, bench.place(), { environment: { NODE_OPTIONS: `--import ${path}` } }));
  },
});

const jobs = ['train', 'extract', 'predict to CSV'];

export const insideFaults = [
  ...['train', 'weights fetch'].map((job) => preloaded('clock jumps by ten years', 'preload-clock.mjs', job)),
  ...jobs.map((job) => preloaded('worker threads die', 'preload-dying-workers.mjs', job)),
];
