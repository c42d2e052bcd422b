import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { defineConfig, type Options } from 'tsup';

const entry = { index: 'src/index.ts', 'charts/index': 'src/charts/index.ts' };

const shared: Options = { entry, target: 'es2022', splitting: true, sourcemap: false };

/** Written once, for CommonJS: an ES module may take its types from there, though not the other way round. */
const types: Options = { ...shared, format: ['cjs'] };

const javaScript: Options[] = [
  {
    ...shared,
    format: ['esm'],
    // Builds that run side by side, so only one of them empties dist, and it leaves alone what the other writes.
    clean: ['!**/*.{cjs,d.cts}'],
    esbuildPlugins: [
      {
        name: 'types-of-commonjs',
        setup(build) {
          build.onEnd(async () => {
            for (const name of Object.keys(entry)) {
              const path = `dist/${name}.d.ts`;
              await mkdir(dirname(path), { recursive: true });
              await writeFile(path, "export * from './index.cjs';\n");
            }
          });
        },
      },
    ],
  },
  // The package is embedded in others, and weighs little: the ES modules can be read, these can be required.
  { ...shared, format: ['cjs'], minify: true },
];

export default defineConfig(({ dts }) => (dts ? types : javaScript));
