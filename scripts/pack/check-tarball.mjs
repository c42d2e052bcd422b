/**
 * @typedef {object} Limits
 * @property {number} bytes Unpacked, as a file system counts them: whole blocks of 4 kB.
 * @property {string} reason
 * @property {RegExp[]} [files] Files that belong to it beside those of every package.
 */

/** @type {Record<string, Limits>} */
const limits = {
  '@graft-ml/metrics': { bytes: 300e3, reason: 'it is embedded in the programs and pages of others' },
  '@graft-ml/base-tiny': {
    bytes: 2.3e6,
    reason: 'every installation carries it',
    files: [/^weights\/graft-tiny\.safetensors$/],
  },
  '@graft-ml/core': { bytes: 4.5e6, reason: 'types and code in two module systems, without source maps' },
  '@graft-ml/node-adapter': {
    bytes: 5e6,
    reason: 'its own files: two module systems, and the command with its parts inside',
    files: [/^bin\/graft\.js$/],
  },
};

/** What a package that the table does not name may weigh. */
const usual = { bytes: 2e6, reason: 'a package that no limit names', files: [/^bin\/[\w-]+\.js$/] };

const everywhere = [
  /^package\.json$/,
  /^README\.md$/,
  /^LICENSE$/,
  /^NOTICE$/,
  /^dist\/[\w./-]+\.(js|cjs|d\.ts|d\.cts|wasm|css)$/,
];

/** npm runs these when the package is installed, or when it is fetched from git. */
const installScripts = ['preinstall', 'install', 'postinstall', 'preprepare', 'prepare', 'postprepare', 'prepublish'];

/**
 * What is wrong with a package as it would be published.
 *
 * @param {import('./pack-packages.mjs').PackedPackage} packed
 * @returns {{ problems: string[], bytes: number, limit: number }}
 */
export function checkTarball({ name, manifest, files }) {
  const { bytes: limit, reason, files: own = [] } = limits[name] ?? usual;
  const bytes = files.reduce((sum, file) => sum + Math.ceil(file.bytes / 4096) * 4096, 0);
  /** @type {string[]} */
  const problems = [];
  const wrong = (/** @type {string} */ text) => problems.push(`${name}: ${text}`);

  if (bytes > limit) wrong(`${bytes} bytes when installed, at most ${limit}: ${reason}`);
  for (const { path } of files) {
    if (![...everywhere, ...own].some((pattern) => pattern.test(path))) wrong(`${path} should not be published`);
  }
  for (const needed of ['README.md', 'LICENSE']) {
    if (!files.some(({ path }) => path === needed)) wrong(`${needed} is missing`);
  }
  for (const promised of promisedFiles(manifest)) {
    if (!files.some(({ path }) => path === promised)) wrong(`package.json promises ${promised}, which is not packed`);
  }
  for (const script of installScripts) {
    if (manifest.scripts?.[script]) wrong(`it has a script ${script}; nothing may run when it is installed`);
  }
  const { dependencies, optionalDependencies, peerDependencies } = manifest;
  for (const [other, range] of Object.entries({ ...dependencies, ...optionalDependencies })) {
    if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(range)) wrong(`depends on ${other} ${range}; expected an exact version`);
  }
  for (const [other, range] of Object.entries({ ...peerDependencies })) {
    if (!/^(\^|>=)\d/.test(range)) wrong(`wants a peer ${other} ${range}; expected a range of versions`);
  }
  if (manifest.license !== 'Apache-2.0') wrong(`licence ${manifest.license}, expected Apache-2.0`);
  return { problems, bytes, limit };
}

/** @param {import('./pack-packages.mjs').PackedManifest} manifest */
function promisedFiles({ exports, bin }) {
  const text = JSON.stringify([exports, bin]);
  return [
    ...new Set([...text.matchAll(/"\.\/([^"*]+)"/g)].map(([, path = '']) => path).filter((path) => path.includes('.'))),
  ];
}
