import { defineConfig, type Options } from 'tsup';
import { directImports } from './direct-imports.js';
import { requiredNames, requiredPackages } from './required-packages.js';

const shared: Options = {
  target: 'node20',
  platform: 'node',
  removeNodeProtocol: false,
  // CommonJS has no import.meta.url, by which the chart font is found.
  shims: true,
  // The published JavaScript can be read as it is; maps would be three quarters of the package.
  sourcemap: false,
  // tsup leaves only required dependencies outside.
  external: ['onnxruntime-node'],
};
const index = { index: 'src/index.ts' };

const types: Options = { ...shared, entry: index, format: ['esm', 'cjs'] };

// Builds that run side by side, so only one of them empties dist, and it leaves alone what the others write.
const javaScript: Options[] = [
  { ...shared, entry: index, format: ['esm'], clean: ['!**/*.{cjs,cjs.map,d.ts,d.cts}', '!cli/**'] },
  { ...shared, entry: index, format: ['cjs'] },
  {
    ...shared,
    // The command is an application, not an import: ESM alone, split so that each command loads only what it needs, and with
    // our own packages inside, so that a command that trains nothing does not wait for a tensor library.
    entry: { main: 'src/cli/main.ts' },
    outDir: 'dist/cli',
    format: ['esm'],
    // Weights stay in their package.
    noExternal: [/^@graft-ml\/(?!base-tiny)/, /^zod/, requiredNames],
    tsconfig: '../../tsconfig.json',
    esbuildPlugins: [directImports(), requiredPackages()],
    clean: true,
  },
];

export default defineConfig(({ dts }) => (dts ? types : javaScript));
