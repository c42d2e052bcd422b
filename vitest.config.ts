import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string) => fileURLToPath(new URL(`./packages/${path}`, import.meta.url));

export default defineConfig({
  resolve: {
    // Tests run against the sources, so that a failing test points at a line that can be edited.
    alias: [
      { find: /^@graft-ml\/metrics\/charts$/, replacement: source('metrics/src/charts/index.ts') },
      { find: /^@graft-ml\/base-tiny$/, replacement: source('base-tiny/src/index.ts') },
      { find: /^@graft-ml\/metrics$/, replacement: source('metrics/src/index.ts') },
      {
        find: /^@graft-ml\/core\/(audit|backbones|charts|contracts|evaluation|onnx|search|shards|synthetic|tensor-files)$/,
        replacement: source('core/src/$1/index.ts'),
      },
      {
        find: /^@graft-ml\/core\/gradient-kernels$/,
        replacement: source('core/src/engines/gradient-kernels/index.ts'),
      },
      { find: /^@graft-ml\/core\/published-weights$/, replacement: source('core/src/backbones/published-weights.ts') },
      { find: /^@graft-ml\/core$/, replacement: source('core/src/index.ts') },
      { find: /^@graft-ml\/node-adapter$/, replacement: source('node-adapter/src/index.ts') },
      { find: /^@graft-ml\/cluster$/, replacement: source('cluster/src/index.ts') },
    ],
  },
  test: {
    exclude: ['**/node_modules/**', '**/dist/**'],
    // A forgotten `.only` would hide every other test.
    allowOnly: false,
    // What hangs is found; what is slow because all cores are busy is not told off for it.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // Vitest leaves one core free, which of two is half of the machine.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        extends: true,
        test: {
          name: 'pure',
          include: ['packages/{metrics,core,base-tiny}/{src,test}/**/*.test.ts', 'training/*/src/**/*.test.ts'],
          // What has neither files nor processes of its own shares them: a third of the time went into loading TensorFlow.js anew.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'node',
          include: ['packages/{node-adapter,cluster}/{src,test}/**/*.test.ts', 'examples/*/**/*.test.ts'],
        },
      },
    ],
  },
});
