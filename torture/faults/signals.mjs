// Ctrl-C and a system that shuts down: the run ends in order and soon, and the next one goes on.
import { setTimeout as sleep } from 'node:timers/promises';

const interrupted = (job, signal) => ({
  title: `${signal}: ${job}`,
  async run(bench) {
    const faults = [];
    const { seconds } = await bench.run(job, bench.place());
    for (const share of [0.3, 0.6, 0.9]) {
      const folders = bench.place();
      let sent = 0;
      const onStart = (child) =>
        void sleep(share * seconds * 1000).then(() => {
          sent = performance.now();
          child.kill(signal);
        });
      const result = await bench.run(job, folders, { onStart });
      const waited = (performance.now() - sent) / 1000;
      if (result.code === 0) continue;
      // Before anything listens the system ends the process itself.
      if (result.code === null ? result.signal !== signal : result.code !== 130) {
        faults.push(`ended with ${result.code ?? result.signal}: ${result.stderr.slice(-300)}`);
      }
      // On a busy machine everything takes longer.
      if (waited > Math.max(5, seconds)) faults.push(`took ${waited.toFixed(1)} s to end`);
      faults.push(...(await bench.same(await bench.run(job, folders))).map((fault) => `the run after: ${fault}`));
    }
    return faults;
  },
});

export const signalFaults = [
  interrupted('train', 'SIGINT'),
  interrupted('train', 'SIGTERM'),
  interrupted('extract', 'SIGINT'),
  interrupted('weights fetch', 'SIGTERM'),
];
