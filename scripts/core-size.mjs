// How much a page loads of @graft-ml/core, without TensorFlow.js: minified, gzip -9, as a bundler that splits code makes it of
// what is built. Fails where the entry alone is above its limit; docs/decisions/0029-what-core-loads.md has the reason.
//
//   node scripts/core-size.mjs
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { root } from './setup/workspace.mjs';

/** What a page may have to load before it has asked for anything, in bytes. */
const limit = 60_000;

const everything = "export * from 'core'";
const rows = [
  { title: 'entry, all names used: loaded at first', ...(await measure(everything)) },
  {
    title: 'entry, all names used: one file, nothing left for later',
    ...(await measure(everything, { splitting: false })),
  },
  {
    title: 'only { loadTransferModel }: one file',
    ...(await measure("export { loadTransferModel } from 'core'", { splitting: false })),
  },
];

const size = (/** @type {number} */ bytes) => `${(bytes / 1000).toFixed(1).padStart(6)} kB`;
for (const { title, first, later } of rows) {
  console.log(`${size(first)}  ${title}${later > 0 ? `; ${size(later).trim()} in parts that wait for their use` : ''}`);
}

const { first } = rows[0] ?? { first: Infinity };
if (first > limit) {
  console.error(
    `@graft-ml/core loads ${size(first).trim()} at first, more than ${size(limit).trim()}; ` +
      'import what is heavy where it is used, or export it from an entry of its own',
  );
  process.exitCode = 1;
}

/**
 * @param {string} source A module that imports from 'core'.
 * @param {{ splitting?: boolean }} [options]
 * @returns {Promise<{ first: number, later: number }>} Bytes after gzip: of the entry and what it imports, and of the rest.
 */
async function measure(source, { splitting = true } = {}) {
  const { outputFiles, metafile } = await build({
    stdin: { contents: source, resolveDir: root, sourcefile: 'page.js' },
    alias: { core: join(root, 'packages/core/dist/index.js') },
    bundle: true,
    minify: true,
    splitting,
    format: 'esm',
    target: 'es2022',
    external: ['@tensorflow/*'],
    absWorkingDir: root,
    outdir: join(root, 'page'),
    write: false,
    metafile: true,
    logLevel: 'error',
  });
  const bytes = new Map(outputFiles.map(({ path, contents }) => [path, gzipSync(contents, { level: 9 }).length]));
  const { outputs } = metafile;
  const [entry] = Object.entries(outputs).find(([, { entryPoint }]) => entryPoint === 'page.js') ?? [''];
  /** @type {Set<string>} */
  const loaded = new Set();
  /** @param {string} path */
  const load = (path) => {
    if (loaded.has(path)) return;
    loaded.add(path);
    for (const next of outputs[path]?.imports ?? []) {
      if (next.kind === 'import-statement' && next.external !== true) load(next.path);
    }
  };
  load(entry);
  const sum = (/** @type {string[]} */ paths) =>
    paths.reduce((total, path) => total + (bytes.get(join(root, path)) ?? 0), 0);
  return { first: sum([...loaded]), later: sum(Object.keys(outputs).filter((path) => !loaded.has(path))) };
}
