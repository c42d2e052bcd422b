// Source files of the packages as one module: what is fuzzed, and little else, so that coverage is quickly read.
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Packages of others stay outside, found from where they are imported. */
const othersOutside = {
  name: 'others-outside',
  setup(bundler) {
    bundler.onResolve({ filter: /^[^./]/ }, async ({ path, pluginData, ...from }) => {
      if (pluginData === 'asked' || path.startsWith('@graft-ml/') || path.startsWith('node:')) return undefined;
      if (path.startsWith('packages/')) return { path: join(root, path) };
      const found = await bundler.resolve(path, { ...from, pluginData: 'asked' });
      if (found.errors.length > 0) return { errors: found.errors };
      return { path: pathToFileURL(found.path).href, external: true };
    });
  },
};

/**
 * Writes what `sources` export, all of it, as one file.
 * @param sources - From the root: `packages/core/src/…ts`.
 */
export async function bundleSources(sources, file) {
  await build({
    stdin: { contents: sources.map((path) => `export * from '${path}';`).join('\n'), resolveDir: root },
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    tsconfig: join(root, 'tsconfig.json'),
    plugins: [othersOutside],
    banner: {
      js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);",
    },
    legalComments: 'none',
    logLevel: 'error',
  });
}
