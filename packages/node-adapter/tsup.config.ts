import { defineConfig, type Options } from 'tsup';

const shared: Options = {
  target: 'node20',
  platform: 'node',
  removeNodeProtocol: false,
  // CommonJS has no import.meta.url, by which the chart font is found.
  shims: true,
  sourcemap: true,
};
const index = { index: 'src/index.ts' };

const types: Options = { ...shared, entry: index, format: ['esm', 'cjs'] };

// Two builds that run side by side, so only one of them empties dist, and it leaves alone what the other writes.
const javaScript: Options[] = [
  {
    ...shared,
    // The command is an application, not an import: ESM alone, split so that each command loads only what it needs.
    entry: { ...index, 'cli/main': 'src/cli/main.ts' },
    format: ['esm'],
    clean: ['!**/*.{cjs,cjs.map,d.ts,d.cts}'],
  },
  { ...shared, entry: index, format: ['cjs'] },
];

export default defineConfig(({ dts }) => (dts ? types : javaScript));
