import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readManifest, root } from '../setup/workspace.mjs';
import { must } from './pack-packages.mjs';

/**
 * @typedef {object} PackageManager
 * @property {string} name
 * @property {(packed: import('./pack-packages.mjs').PackedPackage[]) => object} manifest
 *   What package.json holds beside the dependencies. Packages that are not published yet must be found by name within each other.
 * @property {Record<string, string>} [files]
 * @property {string[]} install
 */

const pnpm = String(readManifest(root).packageManager).split('+')[0] ?? 'pnpm';

/** @param {import('./pack-packages.mjs').PackedPackage[]} packed */
const tarballs = (packed) => Object.fromEntries(packed.map(({ name, tarball }) => [name, `file:${tarball}`]));

/**
 * Yarn asks for the binaries of every platform, and ends where one is missing. Version 3.0.7 of this one, which comes with lmdb,
 * was published for some platforms only; the guide to troubleshooting tells users of Yarn the same.
 */
const forYarn = { 'msgpackr-extract': '3.0.4' };

/** @type {PackageManager[]} */
export const packageManagers = [
  {
    name: 'npm',
    manifest: () => ({}),
    install: ['npm', 'install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'],
  },
  {
    // Whether onnxruntime's script succeeds depends on the network; the installation has to succeed either way.
    name: 'npm with scripts',
    manifest: () => ({}),
    install: ['npm', 'install', '--prefer-offline', '--no-audit', '--no-fund'],
  },
  {
    name: 'pnpm',
    manifest: (packed) => ({ pnpm: { overrides: tarballs(packed) } }),
    install: ['npx', '--yes', pnpm, 'install', '--prefer-offline', '--no-frozen-lockfile'],
  },
  {
    name: 'yarn 1',
    manifest: (packed) => ({ resolutions: { ...tarballs(packed), ...forYarn } }),
    install: ['npx', '--yes', 'yarn@1.22.22', 'install', '--ignore-scripts', '--no-lockfile', '--non-interactive'],
  },
  {
    name: 'yarn 4',
    manifest: (packed) => ({ resolutions: { ...tarballs(packed), ...forYarn } }),
    files: {
      '.yarnrc.yml': 'nodeLinker: node-modules\nenableScripts: false\nenableTelemetry: false\n',
      'yarn.lock': '',
    },
    install: ['npx', '--yes', '@yarnpkg/cli-dist@4.9.2', 'install', '--no-immutable'],
  },
];

/**
 * Installs the packed packages into an empty project.
 *
 * @param {PackageManager} manager
 * @param {string} folder
 * @param {import('./pack-packages.mjs').PackedPackage[]} packed
 */
export async function installWith(manager, folder, packed) {
  const manifest = { name: 'sample', private: true, dependencies: tarballs(packed), ...manager.manifest(packed) };
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  for (const [name, text] of Object.entries(manager.files ?? {})) writeFileSync(join(folder, name), text);
  const [command = '', ...args] = manager.install;
  // Yarn 1 finds a tarball in its cache by name and version: an earlier build of the same version.
  const YARN_CACHE_FOLDER = join(folder, '.yarn-cache');
  await must(command, args, folder, { CI: 'true', npm_config_update_notifier: 'false', YARN_CACHE_FOLDER });
}
