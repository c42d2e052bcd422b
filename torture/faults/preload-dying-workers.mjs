// Loaded by `--import`: each worker thread dies at its third job.
import workers from 'node:worker_threads';
import { syncBuiltinESMExports } from 'node:module';

const { Worker } = workers;
workers.Worker = class extends Worker {
  #jobs = 0;
  postMessage(...parts) {
    super.postMessage(...parts);
    this.#jobs += 1;
    if (this.#jobs === 3) void this.terminate();
  }
};
syncBuiltinESMExports();
