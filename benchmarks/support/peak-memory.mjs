import { fileURLToPath } from 'node:url';

const wrapper = fileURLToPath(new URL('./peak-memory.py', import.meta.url));
const python = process.env.PYTHON ?? 'python3';

/** Measures a child process' peak memory: run what `command` gives under `env`, then ask its stderr. */
export const peakMegabytes = {
  command: (program, args) => [python, wrapper, program, ...args],
  /** Of the largest process among it and its children; undefined where the figure is missing. */
  of(stderr) {
    const found = /^peak_kilobytes (\d+)$/m.exec(stderr);
    return found ? Number(found[1]) / 1024 : undefined;
  },
};
